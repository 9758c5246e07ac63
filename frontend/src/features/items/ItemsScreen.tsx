import { Button, Group, Text } from "@mantine/core";
import { IconCopy, IconFileImport } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useResume } from "../../api/held";
import { type ItemFilter, readFilter } from "../../api/itemFilter";
import { itemCountQuery, itemPageQuery, type Place } from "../../api/lists";
import { useLive } from "../../api/live";
import type { ItemPage } from "../../api/types";
import { KeymapProvider } from "../../stages/keyboard/KeymapProvider";
import { EmptyState } from "../../ui/EmptyState";
import { useFormat } from "../../ui/format";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { Panel } from "../../ui/Panel";
import { useProjectId } from "../../ui/useProjectId";
import { Waiting } from "../../ui/Waiting";
import { ViewsMenu } from "../views/ViewsMenu";
import { BulkBar } from "./BulkBar";
import { FilterBar } from "./FilterBar";
import { ItemTable } from "./ItemTable";
import { useSelection } from "./useSelection";

const FIRST: Place = {};

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
  if (isFiltered) return <EmptyState title={t("noneInFilter")} />;
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

function HowMany({ projectId, filter }: { projectId: number; filter: ItemFilter }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  const { data } = useQuery(itemCountQuery(projectId, filter));
  if (!data) return null;
  const number = format.number(data.items);
  return (
    <Text size="sm" c="var(--ink-2)">
      {data.is_more ? t("bulk.more", { number }) : t("bulk.items", { count: data.items })}
    </Text>
  );
}

interface TurnProps {
  page: ItemPage | undefined;
  onTurn: (place: Place) => void;
}

function Turn({ page, onTurn }: TurnProps) {
  const { t } = useTranslation("items");
  if (!page || (page.previous === null && page.next === null)) return null;
  const { previous, next } = page;
  return (
    <Group gap={8}>
      <Button
        variant="default"
        size="xs"
        disabled={previous === null}
        onClick={() => previous && onTurn({ before: previous })}
      >
        {t("pages.previous")}
      </Button>
      <Button
        variant="default"
        size="xs"
        disabled={next === null}
        onClick={() => next && onTurn({ cursor: next })}
      >
        {t("pages.next")}
      </Button>
    </Group>
  );
}

/** The filter stands in the address; the page does not, since items come and go. */
function useFilter() {
  const filter = useSearch({ from: "/signed-in/framed/projects/$projectId/items" });
  const navigate = useNavigate({ from: "/projects/$projectId/items" });
  const change = (next: ItemFilter) =>
    navigate({ search: readFilter({ ...next }), replace: true });
  return { filter, change, key: JSON.stringify(filter) };
}

function Items() {
  const { t } = useTranslation("items");
  const projectId = useProjectId();
  const { filter, change, key } = useFilter();
  const [place, setPlace] = useState(FIRST);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter begins at its start
  useEffect(() => setPlace(FIRST), [key]);
  useLive(projectId);
  const items = useQuery(itemPageQuery(projectId, filter, place));
  const rows = items.data?.results ?? [];
  const { selection, toggle, all, none } = useSelection(
    rows.map(({ id }) => id),
    key,
  );
  const isFiltered = key !== "{}";
  const isEnd = items.data?.next === null && items.data?.previous === null;
  return (
    <Page
      title={t("title")}
      actions={
        <>
          <Button
            component={Link}
            to="/projects/$projectId/near-duplicates"
            params={{ projectId } as never}
            size="xs"
            variant="default"
            leftSection={<IconCopy size={14} />}
          >
            {t("nearDuplicates")}
          </Button>
          {filter.stage === "held" ? <ResumeAll projectId={projectId} /> : null}
          <ViewsMenu projectId={projectId} of="items" filter={filter} onChange={change} />
        </>
      }
    >
      <FilterBar projectId={projectId} filter={filter} onChange={change} />
      {items.data?.results.length === 0 ? null : (
        <BulkBar
          projectId={projectId}
          filter={filter}
          selection={selection}
          onAll={all}
          onNone={none}
        />
      )}
      <Panel flush>
        <Loaded query={items} waiting={<Waiting rows={8} height={28} />}>
          {({ results }) =>
            results.length === 0 ? (
              <NoItems projectId={projectId} isFiltered={isFiltered || !isEnd} />
            ) : (
              <ItemTable
                projectId={projectId}
                rows={results}
                selection={selection}
                onToggle={toggle}
              />
            )
          }
        </Loaded>
      </Panel>
      <Group justify="space-between">
        <Turn page={items.data} onTurn={setPlace} />
        <HowMany projectId={projectId} filter={filter} />
      </Group>
    </Page>
  );
}

export function ItemsScreen() {
  return (
    <KeymapProvider>
      <Items />
    </KeymapProvider>
  );
}
