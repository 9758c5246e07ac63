import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ModelQuality, TrialReport } from "../../../api/types";
import { type Format, useFormat } from "../../../ui/format";
import classes from "../model.module.css";
import type { TitleOf } from "./useTitles";

interface LineProps {
  name: string;
  head: string;
  tuned: string;
  /** Which of the two is better in it. */
  better: "head" | "tuned" | null;
}

function Line({ name, head, tuned, better }: LineProps) {
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td ta="end" fw={better === "head" ? 600 : undefined}>
        {head}
      </Table.Td>
      <Table.Td ta="end" fw={better === "tuned" ? 600 : undefined}>
        {tuned}
      </Table.Td>
    </Table.Tr>
  );
}

function better(head: number, tuned: number, most: boolean): LineProps["better"] {
  if (head === tuned) return null;
  return tuned > head === most ? "tuned" : "head";
}

/** Of a class: how much of it was found, and how often it was right when named. */
function shares(quality: ModelQuality, name: string, percent: Format["percent"]) {
  const found = quality.categories[name];
  return `${percent(found?.recall, 1)} / ${percent(found?.precision, 1)}`;
}

/** The head and the fine-tune on the same labels, which neither had learned from. */
export function SideBySide({ report, titleOf }: { report: TrialReport; titleOf: TitleOf }) {
  const { t } = useTranslation("model");
  const { percent, decimal, number } = useFormat();
  const { head, tuned } = report;
  return (
    <Table fz="xs" verticalSpacing={6} aria-label={t("tuning.compared")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("tuning.measure", { count: report.labels })}</Table.Th>
          <Table.Th ta="end">{t("tuning.head")}</Table.Th>
          <Table.Th ta="end">{t("tuning.tuned")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        <Line
          name={t("columns.accuracy")}
          head={percent(head.accuracy, 1)}
          tuned={percent(tuned.accuracy, 1)}
          better={better(head.accuracy, tuned.accuracy, true)}
        />
        <Line
          name={t("columns.logLoss")}
          head={decimal(head.log_loss)}
          tuned={decimal(tuned.log_loss)}
          better={better(head.log_loss, tuned.log_loss, false)}
        />
        <Line
          name={t("columns.ece")}
          head={percent(head.ece, 1)}
          tuned={percent(tuned.ece, 1)}
          better={better(head.ece, tuned.ece, false)}
        />
        {Object.entries(head.categories).map(([name, { labels }]) => (
          <Line
            key={name}
            name={t("tuning.class", { name: titleOf(name), labels: number(labels) })}
            head={shares(head, name, percent)}
            tuned={shares(tuned, name, percent)}
            better={null}
          />
        ))}
      </Table.Tbody>
      <Table.Caption ta="start" className={classes.faint}>
        {t("tuning.classNote")}
      </Table.Caption>
    </Table>
  );
}
