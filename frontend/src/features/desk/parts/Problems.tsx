import { useTranslation } from "react-i18next";
import classes from "../Desk.module.css";

interface Props {
  missing: string | null;
  /** Why the answer could not be sent, with the question it is about. */
  unsent: string | null;
}

/** What stands between the expert and the next step. */
export function Problems({ missing, unsent }: Props) {
  const { t } = useTranslation("desk");
  return (
    <>
      {missing ? (
        <p className={classes.problem} role="alert">
          {missing}
        </p>
      ) : null}
      {unsent ? (
        <p className={classes.problem} role="alert">
          {t("missing.unsent", { message: unsent })}
        </p>
      ) : null}
    </>
  );
}
