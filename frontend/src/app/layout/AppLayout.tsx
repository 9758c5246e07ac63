import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { projectQuery } from "../../api/queries";
import { ProjectStageTag } from "../../ui/StageTag";
import { Wordmark } from "../../ui/Wordmark";
import classes from "./AppLayout.module.css";
import { RouteWaiting } from "./RouteStates";
import { UserMenu } from "./UserMenu";

function ProjectName({ projectId }: { projectId: number }) {
  const { data } = useQuery(projectQuery(projectId));
  if (!data) return null;
  return (
    <>
      <span className={classes.slash} aria-hidden>
        /
      </span>
      <Link to="/projects/$projectId" params={{ projectId }} className={classes.project}>
        {data.name}
      </Link>
      <ProjectStageTag stage={data.stage} />
    </>
  );
}

export function AppLayout() {
  const { t } = useTranslation("common");
  const { projectId } = useParams({ strict: false });
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#main">
        {t("skipToContent")}
      </a>
      <header className={classes.bar}>
        <Link to="/" className={classes.brand} aria-label={`Annotate · ${t("home")}`}>
          <Wordmark />
        </Link>
        <div className={classes.slot}>
          {projectId === undefined ? null : <ProjectName projectId={projectId} />}
        </div>
        <UserMenu />
      </header>
      <main id="main" className={classes.main}>
        <Suspense fallback={<RouteWaiting />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}
