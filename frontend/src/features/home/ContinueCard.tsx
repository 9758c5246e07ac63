import { IconArrowRight } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ProgressLine } from "../../ui/charts/ProgressLine";
import { Kbd } from "../../ui/Kbd";
import classes from "./ContinueCard.module.css";
import { type NextWork, type WorkKind, waitingIn } from "./nextWork";

const DESTINATION = {
  judge: "/projects/$projectId/work",
  adjudicate: "/projects/$projectId/disputes",
  lead: "/projects/$projectId/board",
} as const satisfies Record<WorkKind, string>;

/** Enter goes on, unless something else on the page has the focus and wants the key. */
function useEnterKey(go: () => void): void {
  useEffect(() => {
    const handleKey = (event: KeyboardEvent) => {
      const busy = document.activeElement && document.activeElement !== document.body;
      if (event.key !== "Enter" || event.defaultPrevented || busy) return;
      event.preventDefault();
      go();
    };
    window.addEventListener("keydown", handleKey);
    return () => window.removeEventListener("keydown", handleKey);
  }, [go]);
}

export function ContinueCard({ work: { kind, project } }: { work: NextWork }) {
  const { t } = useTranslation("home");
  const navigate = useNavigate();
  const to = DESTINATION[kind];
  const params = { projectId: project.id };
  useEnterKey(() => navigate({ to, params }));
  const count = kind === "lead" ? project.items - project.settled : waitingIn(project);
  return (
    <Link to={to} params={params} className={classes.card}>
      <div className={classes.words}>
        <span className={classes.over}>{t(`continue.${kind}`)}</span>
        <span className={classes.name}>{project.name}</span>
        <span className={classes.detail}>{t(`continue.${kind}Detail`, { count })}</span>
      </div>
      <div className={classes.progress}>
        <ProgressLine
          done={project.settled}
          total={project.items}
          label={t(project.role === "crowd" ? "judgedByYou" : "settledOf", {
            settled: project.settled,
            items: project.items,
          })}
        />
      </div>
      <span className={classes.go}>
        {t("continue.go")} <IconArrowRight size={16} aria-hidden /> <Kbd>↵</Kbd>
      </span>
    </Link>
  );
}
