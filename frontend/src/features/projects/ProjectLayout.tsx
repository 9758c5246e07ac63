import {
  IconBox,
  IconCertificate,
  IconChartBar,
  IconFileImport,
  IconListDetails,
  IconPencil,
  IconScale,
  IconSettings,
  IconSparkles,
  IconUsers,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { projectQuery } from "../../api/queries";
import type { Role } from "../../api/types";
import { Loaded } from "../../ui/Loaded";
import { TitlePlace } from "../../ui/screenTitle";
import { Waiting } from "../../ui/Waiting";
import classes from "./ProjectLayout.module.css";

const LEAD_SCREENS = [
  { to: "/projects/$projectId/board", name: "board", Icon: IconChartBar },
  { to: "/projects/$projectId/items", name: "items", Icon: IconListDetails },
  { to: "/projects/$projectId/disputes", name: "disputes", Icon: IconScale },
  { to: "/projects/$projectId/import", name: "import", Icon: IconFileImport },
  { to: "/projects/$projectId/setup", name: "setup", Icon: IconSettings },
  { to: "/projects/$projectId/model", name: "model", Icon: IconSparkles },
  { to: "/projects/$projectId/people", name: "people", Icon: IconUsers },
  { to: "/projects/$projectId/releases", name: "releases", Icon: IconBox },
] as const;

const CROWD_SCREENS = [
  { to: "/projects/$projectId/work", name: "work", Icon: IconPencil },
  { to: "/projects/$projectId/record", name: "record", Icon: IconCertificate },
] as const;

const EXPERT_SCREENS = LEAD_SCREENS.filter(({ name }) => name === "disputes");

function screensOf(role: Role) {
  if (role === "crowd") return CROWD_SCREENS;
  return role === "expert" ? EXPERT_SCREENS : LEAD_SCREENS;
}

function Navigation({ projectId, role }: { projectId: number; role: Role }) {
  const { t } = useTranslation("common");
  return (
    <nav className={classes.nav} aria-label={t("nav.label")}>
      {screensOf(role).map(({ to, name, Icon }) => (
        <Link
          key={name}
          to={to}
          params={{ projectId }}
          className={classes.link}
          activeProps={{ "data-active": true, "aria-current": "page" }}
        >
          <Icon size={18} stroke={1.75} aria-hidden />
          {t(`nav.${name}`)}
        </Link>
      ))}
    </nav>
  );
}

export function ProjectLayout() {
  const { projectId } = useParams({ from: "/signed-in/framed/projects/$projectId" });
  return (
    <Loaded query={useQuery(projectQuery(projectId))}>
      {({ name, role }) => (
        <div className={classes.frame}>
          <Navigation projectId={projectId} role={role} />
          <Suspense fallback={<Waiting rows={4} height={96} />}>
            <div className={classes.screen}>
              <TitlePlace name={name}>
                <Outlet />
              </TitlePlace>
            </div>
          </Suspense>
        </div>
      )}
    </Loaded>
  );
}
