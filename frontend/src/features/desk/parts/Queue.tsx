import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../api/client";
import type { Filter } from "../../../api/lists";
import type { DisputeRow, Page } from "../../../api/types";
import { useFormat } from "../../../ui/format";
import { Loaded } from "../../../ui/Loaded";
import classes from "../Desk.module.css";
import { disputesKey } from "../useDesk";
import { DisputeTags } from "./DisputeTags";
import { QueueFilter } from "./QueueFilter";

interface Props {
  project: number;
  current: number | null;
  isLead: boolean;
  onOpen: (item: number) => void;
}

const REFRESH_MS = 20_000;

function useDisputes(project: number, filter: Filter) {
  return useInfiniteQuery({
    queryKey: [...disputesKey(project), filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<DisputeRow>>(`projects/${project}/disputes/`, {
        query: { ...filter, cursor: pageParam },
        signal,
      }),
    placeholderData: keepPreviousData,
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    refetchInterval: REFRESH_MS,
  });
}

function Row({
  row,
  isCurrent,
  onOpen,
}: { row: DisputeRow; isCurrent: boolean } & Pick<Props, "onOpen">) {
  const { t } = useTranslation("desk");
  const { decimal, ago } = useFormat();
  const isHeld = row.held && !row.held_by_me;
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isCurrent) ref.current?.scrollIntoView({ block: "nearest" });
  }, [isCurrent]);
  return (
    <li>
      <button
        ref={ref}
        type="button"
        className={classes.row}
        aria-current={isCurrent || undefined}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => onOpen(row.item)}
      >
        <span className={classes.rowTop}>
          <strong>#{row.item}</strong>
          {isHeld ? <em>{t("queue.held")}</em> : null}
          {row.agreement === null ? null : (
            <span className={classes.agreement} title={t("queue.agreement")}>
              {decimal(row.agreement)}
            </span>
          )}
        </span>
        <span className={classes.preview}>{row.preview}</span>
        {row.revealed ? (
          <span className={classes.why}>
            {t(`reasons.${row.reason.code}`, { defaultValue: row.reason.sentence })}
          </span>
        ) : null}
        <DisputeTags dispute={row} />
        <span className={classes.meta}>
          {t("queue.votes", { count: row.votes })}
          {row.opened_at ? ` · ${ago(row.opened_at)}` : ""}
        </span>
      </button>
    </li>
  );
}

/** What waits for an expert, the hardest to bear first as the server orders it. */
export function Queue({ project, current, isLead, onOpen }: Props) {
  const { t } = useTranslation("desk");
  const [filter, setFilter] = useState<Filter>({});
  const query = useDisputes(project, filter);
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <nav className={classes.queue} aria-label={t("queue.title")}>
      <QueueFilter project={project} filter={filter} isLead={isLead} onChange={setFilter} />
      <Loaded query={query}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.results);
          return (
            <>
              <h2 className={classes.heading}>
                {t("queue.title")} · {rows.length}
                {query.hasNextPage ? "+" : ""}
              </h2>
              <ul className={classes.rows}>
                {rows.map((row) => (
                  <Row key={row.item} row={row} isCurrent={row.item === current} onOpen={onOpen} />
                ))}
              </ul>
              {isFiltered && rows.length === 0 && !query.hasNextPage ? (
                <p className={classes.none}>{t("queue.none")}</p>
              ) : null}
              {query.hasNextPage ? (
                <button
                  type="button"
                  className={classes.more}
                  onClick={() => void query.fetchNextPage()}
                >
                  {t("queue.more")}
                </button>
              ) : null}
            </>
          );
        }}
      </Loaded>
    </nav>
  );
}
