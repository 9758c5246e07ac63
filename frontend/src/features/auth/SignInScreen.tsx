import { useTranslation } from "react-i18next";
import { useScreenTitle } from "../../ui/screenTitle";
import { Wordmark } from "../../ui/Wordmark";
import { LinkSignIn } from "./LinkSignIn";
import { PasswordForm } from "./PasswordForm";
import classes from "./SignInScreen.module.css";
import { useLinkToken } from "./useLinkToken";

export function SignInScreen() {
  const { t } = useTranslation("auth");
  const { token, forget } = useLinkToken();
  useScreenTitle(t("title"));
  return (
    <main className={classes.screen}>
      <div className={classes.card}>
        <Wordmark />
        <h1 className={classes.title}>{token ? t("link.title") : t("title")}</h1>
        {token ? <LinkSignIn token={token} onGiveUp={forget} /> : <PasswordForm />}
      </div>
      <p className={classes.foot}>{t("foot")}</p>
    </main>
  );
}
