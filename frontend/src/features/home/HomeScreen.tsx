import { Button } from "@mantine/core";
import { IconFolderPlus, IconInbox, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { homeQuery, sessionQuery } from "../../api/queries";
import type { Home } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { Panel } from "../../ui/Panel";
import { Waiting } from "../../ui/Waiting";
import { ContinueCard } from "./ContinueCard";
import { nextWork } from "./nextWork";
import { ProjectTable } from "./ProjectTable";

function NewProjectButton({ isMain }: { isMain: boolean }) {
  const { t } = useTranslation("home");
  return (
    <Button
      component={Link}
      to="/projects/new"
      variant={isMain ? "filled" : "default"}
      leftSection={<IconPlus size={16} />}
    >
      {t("newProject")}
    </Button>
  );
}

function Nothing({ canCreate }: { canCreate: boolean }) {
  const { t } = useTranslation("home");
  return (
    <Panel>
      {canCreate ? (
        <EmptyState
          icon={<IconFolderPlus size={22} />}
          title={t("empty.leadTitle")}
          action={<NewProjectButton isMain />}
        >
          {t("empty.leadText")}
        </EmptyState>
      ) : (
        <EmptyState icon={<IconInbox size={22} />} title={t("empty.workerTitle")}>
          {t("empty.workerText")}
        </EmptyState>
      )}
    </Panel>
  );
}

function Content({ home }: { home: Home }) {
  if (home.projects.length === 0) return <Nothing canCreate={home.can_create_project} />;
  const next = nextWork(home.projects);
  return (
    <>
      {next ? <ContinueCard work={next} /> : null}
      <ProjectTable projects={home.projects} />
    </>
  );
}

function greeting(hour: number): "night" | "morning" | "afternoon" | "evening" {
  if (hour < 5) return "night";
  if (hour < 12) return "morning";
  return hour < 18 ? "afternoon" : "evening";
}

export function HomeScreen() {
  const { t } = useTranslation("home");
  const home = useQuery(homeQuery);
  const { data: session } = useQuery(sessionQuery);
  const name = session?.user?.display_name || session?.user?.username || "";
  const canCreate = home.data?.can_create_project && home.data.projects.length > 0;
  return (
    <Page
      narrow
      title={t(`greeting.${greeting(new Date().getHours())}`, { name })}
      actions={canCreate ? <NewProjectButton isMain={false} /> : undefined}
    >
      <Loaded query={home} waiting={<Waiting rows={3} height={96} />}>
        {(data) => <Content home={data} />}
      </Loaded>
    </Page>
  );
}
