import { Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Asked, outlookQuery } from "../../api/queries";
import type { Outlook as Found } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Loaded } from "../../ui/Loaded";
import classes from "./autoAccept.module.css";

type Step = Found["steps"][number];

/** What the promise would save of a step, in items. */
function Saved({ step }: { step: Step }) {
  const { t } = useTranslation("autoAccept");
  const format = useFormat();
  const saved = step.items - step.audits;
  if (saved <= 0) return t("notWorthIt");
  return `${format.number(saved)} (${format.percent(saved / step.items, 1)})`;
}

function StepRow({ step }: { step: Step }) {
  const { t } = useTranslation("autoAccept");
  const format = useFormat();
  const items = format.number(step.items);
  // None was seen among those looked at, which is not the same as none.
  const isFew = step.is_estimate && step.items === 0;
  return (
    <Table.Tr>
      <Table.Td>{t("surerThan", { share: format.chosenPercent(step.low) })}</Table.Td>
      <Table.Td ta="end">
        {step.is_estimate ? t(isFew ? "few" : "about", { items }) : items}
      </Table.Td>
      <Table.Td ta="end">
        {format.percent(step.expected_error, 1)}{" "}
        <span className={classes.faint}>({format.number(step.labels)})</span>
      </Table.Td>
      <Table.Td ta="end">{isFew ? "–" : format.number(step.audits)}</Table.Td>
      <Table.Td ta="end">{isFew ? "–" : <Saved step={step} />}</Table.Td>
    </Table.Tr>
  );
}

function Steps({ steps }: Found) {
  const { t } = useTranslation("autoAccept");
  return (
    <div className={classes.scroll}>
      <Table fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("columns.sure")}</Table.Th>
            <Table.Th ta="end">{t("columns.items")}</Table.Th>
            <Table.Th ta="end">{t("columns.wrong")}</Table.Th>
            <Table.Th ta="end">{t("columns.audits")}</Table.Th>
            <Table.Th ta="end">{t("columns.saved")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {steps.map((step) => (
            <StepRow key={step.low} step={step} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** What could be accepted, and what it would cost to prove it. */
export function Outlook({ projectId, asked }: { projectId: number; asked: Asked }) {
  const { t } = useTranslation("autoAccept");
  const outlook = useQuery(outlookQuery(projectId, asked));
  return (
    <Loaded query={outlook}>
      {({ steps }) => (
        <>
          <Steps steps={steps} />
          <p className={classes.words}>{t("outlookNote")}</p>
        </>
      )}
    </Loaded>
  );
}
