import { Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Panel } from "../../ui/Panel";
import { useRules } from "./useRules";

/** Whether annotators see what they said of similar items: their own answers alone. */
export function OwnPanel({ projectId, isShown }: { projectId: number; isShown: boolean }) {
  const { t } = useTranslation("similar");
  const change = useRules(projectId);
  return (
    <Panel title={t("own.title")} note={t("own.note")}>
      <Switch
        label={t("own.label")}
        checked={isShown}
        disabled={change.isPending}
        onChange={(event) => change.mutate({ shows_own: event.currentTarget.checked })}
      />
    </Panel>
  );
}
