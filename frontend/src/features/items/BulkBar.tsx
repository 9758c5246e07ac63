import { Button, Group, Modal, NumberInput, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ItemFilter } from "../../api/itemFilter";
import { type BulkAction, itemCountQuery, useBulk, useCancelJob } from "../../api/lists";
import { isUnderWay, jobQuery, projectKey } from "../../api/queries";
import { errorText } from "../../ui/errorText";
import { useFormat } from "../../ui/format";
import { Kbd } from "../../ui/Kbd";
import classes from "./items.module.css";

const ACTIONS: readonly BulkAction[] = ["prioritise", "resume", "withdraw"];
const MIDDLE_BAND = 8;

/** What is acted on: rows that were chosen, or all that the filter has. */
export interface Selection {
  items: readonly number[];
  isAll: boolean;
}

interface Props {
  projectId: number;
  filter: ItemFilter;
  selection: Selection;
  onAll: () => void;
  onNone: () => void;
}

function useHowMany({ projectId, filter, selection }: Props) {
  const { t } = useTranslation("items");
  const format = useFormat();
  const count = useQuery({ ...itemCountQuery(projectId, filter), enabled: selection.isAll });
  if (!selection.isAll) return t("bulk.items", { count: selection.items.length });
  if (!count.data) return "…";
  const { items, is_more } = count.data;
  if (is_more) return t("bulk.more", { number: format.number(items) });
  return t("bulk.items", { count: items });
}

function Confirm({
  action,
  onStarted,
  ...props
}: Props & { action: BulkAction; onStarted: (job: number) => void }) {
  const { t } = useTranslation("items");
  const { projectId, filter, selection } = props;
  const [band, setBand] = useState(MIDDLE_BAND);
  const bulk = useBulk(projectId);
  const what = useHowMany(props);
  const start = () =>
    bulk.mutate(
      {
        action,
        ...(action === "prioritise" ? { band } : {}),
        ...(selection.isAll ? { query: filter } : { items: [...selection.items] }),
      },
      { onSuccess: ({ id }) => onStarted(id) },
    );
  return (
    <Stack gap="sm">
      <Text size="sm">{t(`bulk.ask.${action}`, { what })}</Text>
      {action === "prioritise" ? (
        <NumberInput
          label={t("bulk.band")}
          description={t("bulk.bandNote")}
          min={0}
          max={15}
          value={band}
          onChange={(value) => setBand(Number(value))}
        />
      ) : null}
      {bulk.error ? (
        <Text role="alert" size="sm" c="var(--bad)">
          {errorText(bulk.error, t)}
        </Text>
      ) : null}
      <Group justify="end">
        <Button loading={bulk.isPending} onClick={start}>
          {t(`bulk.${action}`)}
        </Button>
      </Group>
    </Stack>
  );
}

/** How far the job is, and what the items that refused said. */
function Progress({ projectId, job: id }: { projectId: number; job: number }) {
  const { t } = useTranslation("items");
  const queryClient = useQueryClient();
  const { data: job } = useQuery(jobQuery(projectId, id));
  const cancel = useCancelJob();
  const state = job?.state;
  useEffect(() => {
    if (state && state !== "queued" && state !== "running") {
      queryClient.invalidateQueries({ queryKey: [...projectKey(projectId), "items"] });
    }
  }, [state, projectId, queryClient]);
  if (!job) return null;
  const result = job.result as { changed?: number; refused?: Record<string, number> };
  const refused = Object.entries(result.refused ?? {});
  return (
    <Group gap="sm" className={classes.bulk} role="status">
      <Text size="sm">
        {isUnderWay(job)
          ? t("bulk.running", { done: job.done })
          : t(`bulk.state.${job.state}`, { count: result.changed ?? 0 })}
      </Text>
      {refused.map(([code, number]) => (
        <Text key={code} size="sm" c="var(--ink-2)">
          {t("bulk.refused", { number, why: t(`common:errors.${code}`) })}
        </Text>
      ))}
      {isUnderWay(job) ? (
        <Button size="compact-xs" variant="subtle" onClick={() => cancel.mutate(id)}>
          {t("common:cancel")}
        </Button>
      ) : null}
    </Group>
  );
}

/** What may be done with what was chosen. */
function Actions({ onAct, onNone }: { onAct: (action: BulkAction) => void; onNone: () => void }) {
  const { t } = useTranslation("items");
  return (
    <>
      {ACTIONS.map((name) => (
        <Button key={name} size="xs" variant="default" onClick={() => onAct(name)}>
          {t(`bulk.${name}`)}
        </Button>
      ))}
      <Button size="xs" variant="subtle" onClick={onNone}>
        {t("bulk.none")}
      </Button>
    </>
  );
}

/** It stands there before anything is chosen: the rows must not move from under the pointer. */
export function BulkBar(props: Props) {
  const { t } = useTranslation("items");
  const { projectId, selection, onAll, onNone } = props;
  const [action, setAction] = useState<BulkAction | null>(null);
  const [job, setJob] = useState<number | null>(null);
  const what = useHowMany(props);
  const isEmpty = selection.items.length === 0 && !selection.isAll;
  return (
    <>
      {job ? <Progress projectId={projectId} job={job} /> : null}
      <Group gap={8} className={classes.bulk} data-empty={isEmpty || undefined}>
        <Text size="sm" fw={600}>
          {t("bulk.chosen", { what })}
        </Text>
        {selection.isAll ? null : (
          <Button size="xs" variant="subtle" onClick={onAll}>
            {t("bulk.all")}
          </Button>
        )}
        {isEmpty ? (
          <Text size="xs" c="var(--ink-3)" ms="auto">
            {t("keys.toggle")} <Kbd>X</Kbd>
          </Text>
        ) : (
          <Actions onAct={setAction} onNone={onNone} />
        )}
      </Group>
      <Modal
        opened={action !== null}
        onClose={() => setAction(null)}
        title={action ? t(`bulk.${action}`) : ""}
      >
        {action ? (
          <Confirm
            {...props}
            action={action}
            onStarted={(id) => {
              setJob(id);
              setAction(null);
              onNone();
            }}
          />
        ) : null}
      </Modal>
    </>
  );
}
