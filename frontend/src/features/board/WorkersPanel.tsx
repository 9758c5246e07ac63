import { Button, Table } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Board } from "../../api/types";
import { IntervalBar } from "../../ui/charts/IntervalBar";
import { EmptyState } from "../../ui/EmptyState";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { Tag } from "../../ui/Tag";

type Worker = Board["workers"][number];

/** So many rows stand beside the newest events without a gap below those. */
const SHOWN = 12;

function WorkerRow({ worker }: { worker: Worker }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const { pseudonym, tier, judged, last_seen, agreement_with_final: share } = worker;
  return (
    <Table.Tr>
      <Table.Td fw={600} style={{ whiteSpace: "nowrap" }}>
        {pseudonym}
      </Table.Td>
      <Table.Td>
        <Tag dot={`var(--tier-${tier})`}>{t(`common:tiers.${tier}`)}</Tag>
      </Table.Td>
      <Table.Td ta="end">{format.number(judged)}</Table.Td>
      <Table.Td w="28%">
        <IntervalBar
          value={share}
          low={null}
          high={null}
          color={`var(--tier-${tier})`}
          label={t("workers.agreementOf", { name: pseudonym, share: format.percent(share, 1) })}
        />
      </Table.Td>
      <Table.Td ta="end">{format.percent(share, 1)}</Table.Td>
      <Table.Td ta="end" c="dimmed" style={{ whiteSpace: "nowrap" }}>
        {last_seen ? format.ago(last_seen) : "–"}
      </Table.Td>
    </Table.Tr>
  );
}

export function WorkersPanel({ workers }: { workers: Worker[] }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? workers : workers.slice(0, SHOWN);
  return (
    <Panel title={t("workers.title")} note={t("workers.note")} flush>
      {workers.length === 0 ? (
        <EmptyState title={t("workers.none")} />
      ) : (
        <Table fz="xs" verticalSpacing={6} horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("workers.worker")}</Table.Th>
              <Table.Th>{t("workers.tier")}</Table.Th>
              <Table.Th ta="end">{t("workers.judged")}</Table.Th>
              <Table.Th colSpan={2}>{t("workers.agreement")}</Table.Th>
              <Table.Th ta="end">{t("workers.lastSeen")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((worker) => (
              <WorkerRow key={`${worker.tier} ${worker.pseudonym}`} worker={worker} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {shown.length < workers.length ? (
        <Button variant="subtle" size="xs" fullWidth radius={0} onClick={() => setShowsAll(true)}>
          {t("workers.showAll", { total: format.number(workers.length) })}
        </Button>
      ) : null}
    </Panel>
  );
}
