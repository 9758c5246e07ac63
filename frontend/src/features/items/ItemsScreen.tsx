import { Button, SegmentedControl } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useResume } from "../../api/held";
import { useLive } from "../../api/live";
import { itemsQuery } from "../../api/queries";
import type { ItemRow, ItemStage } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { Panel } from "../../ui/Panel";
import { useProjectId } from "../../ui/useProjectId";
import { Waiting } from "../../ui/Waiting";
import { ItemTable } from "./ItemTable";

const ALL = "all";
const STAGES: readonly ItemStage[] = ["new", "open", "disputed", "held", "settled", "withdrawn"];

function StageFilter({ stage }: { stage: ItemStage | undefined }) {
  const { t } = useTranslation("items");
  const navigate = useNavigate({ from: "/projects/$projectId/items" });
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("filter")}
      value={stage ?? ALL}
      onChange={(value) =>
        navigate({ search: value === ALL ? {} : { stage: value as ItemStage }, replace: true })
      }
      data={[
        { value: ALL, label: t("all") },
        ...STAGES.map((value) => ({ value, label: t(`common:itemStage.${value}`) })),
      ]}
    />
  );
}

function ResumeAll({ projectId }: { projectId: number }) {
  const { t } = useTranslation("items");
  const resume = useResume(projectId);
  return (
    <Button size="xs" loading={resume.isPending} onClick={() => resume.mutate(undefined)}>
      {t("held.resumeAll")}
    </Button>
  );
}

function NoItems({ projectId, isFiltered }: { projectId: number; isFiltered: boolean }) {
  const { t } = useTranslation("items");
  if (isFiltered) return <EmptyState title={t("noneInStage")} />;
  return (
    <EmptyState
      icon={<IconFileImport size={22} />}
      title={t("none")}
      action={
        <Button
          component={Link}
          to="/projects/$projectId/import"
          params={{ projectId } as never}
          size="xs"
        >
          {t("import")}
        </Button>
      }
    >
      {t("noneText")}
    </EmptyState>
  );
}

interface ListProps {
  projectId: number;
  pages: readonly { results: ItemRow[] }[];
  isFiltered: boolean;
}

function List({ projectId, pages, isFiltered }: ListProps) {
  const rows = pages.flatMap(({ results }) => results);
  if (rows.length === 0) return <NoItems projectId={projectId} isFiltered={isFiltered} />;
  return <ItemTable projectId={projectId} rows={rows} />;
}

export function ItemsScreen() {
  const { t } = useTranslation("items");
  const projectId = useProjectId();
  const { stage } = useSearch({ from: "/signed-in/framed/projects/$projectId/items" });
  useLive(projectId);
  const items = useInfiniteQuery(itemsQuery(projectId, stage ?? null));
  return (
    <Page
      title={t("title")}
      actions={
        <>
          {stage === "held" ? <ResumeAll projectId={projectId} /> : null}
          <StageFilter stage={stage} />
        </>
      }
    >
      <Panel flush>
        <Loaded query={items} waiting={<Waiting rows={8} height={28} />}>
          {({ pages }) => <List projectId={projectId} pages={pages} isFiltered={!!stage} />}
        </Loaded>
      </Panel>
      {items.hasNextPage ? (
        <div>
          <Button
            variant="default"
            size="xs"
            loading={items.isFetchingNextPage}
            onClick={() => items.fetchNextPage()}
          >
            {t("common:more")}
          </Button>
        </div>
      ) : null}
    </Page>
  );
}
