import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useResume } from "../../api/held";
import type { Board } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import classes from "./BoardScreen.module.css";

interface Props {
  projectId: number;
  held: Board["held"];
}

/** What waits for the guideline; once a newer one is out, letting it go on is the main thing. */
export function HeldPanel({ projectId, held }: Props) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const resume = useResume(projectId);
  return (
    <Panel
      title={t("held.title")}
      note={held.ready > 0 ? t("held.ready", { count: held.ready }) : t("held.none")}
      actions={
        <Button
          size="xs"
          variant={held.ready > 0 ? "filled" : "default"}
          loading={resume.isPending}
          onClick={() => resume.mutate(undefined)}
        >
          {t("held.resume")}
        </Button>
      }
    >
      <p className={classes.headline}>
        <span className={classes.big}>{format.number(held.waiting)}</span>
        {t("held.waiting", { count: held.waiting })}
        <Link to="/projects/$projectId/items" params={{ projectId }} search={{ stage: "held" }}>
          {t("held.look")}
        </Link>
      </p>
    </Panel>
  );
}
