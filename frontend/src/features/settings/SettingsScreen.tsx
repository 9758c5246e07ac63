import { useTranslation } from "react-i18next";
import { Page } from "../../ui/Page";
import { NamePanel } from "./NamePanel";
import { PasswordPanel } from "./PasswordPanel";
import { TokensPanel } from "./TokensPanel";

export function SettingsScreen() {
  const { t } = useTranslation("settings");
  return (
    <Page title={t("title")} narrow>
      <NamePanel />
      <PasswordPanel />
      <TokensPanel />
    </Page>
  );
}
