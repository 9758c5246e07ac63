import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { TrialReport } from "../../../api/types";
import { useFormat } from "../../../ui/format";
import classes from "../model.module.css";
import type { TitleOf } from "./useTitles";

type Example = TrialReport["examples"][number];

function text(label: unknown, titleOf: TitleOf): string {
  if (Array.isArray(label))
    return label.length > 0 ? label.map(String).map(titleOf).join(", ") : "–";
  return titleOf(String(label));
}

interface SaidProps {
  said: Example["head"];
  right: unknown;
  titleOf: TitleOf;
}

function Said({ said, right, titleOf }: SaidProps) {
  const { percent } = useFormat();
  const isRight = String(said.label) === String(right);
  return (
    <Table.Td c={isRight ? undefined : "var(--bad)"}>
      {text(said.label, titleOf)} <span className={classes.faint}>({percent(said.score)})</span>
    </Table.Td>
  );
}

interface Props {
  examples: readonly Example[];
  titleOf: TitleOf;
}

/** Items of which only one of the two is right. */
export function Examples({ examples, titleOf }: Props) {
  const { t } = useTranslation("model");
  if (examples.length === 0) return null;
  return (
    <details className={classes.examples}>
      <summary>{t("tuning.examples", { count: examples.length })}</summary>
      <div className={classes.scroll}>
        <Table fz="xs" verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("tuning.text")}</Table.Th>
              <Table.Th>{t("tuning.people")}</Table.Th>
              <Table.Th>{t("tuning.head")}</Table.Th>
              <Table.Th>{t("tuning.tuned")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {examples.map((example) => (
              <Table.Tr key={example.item}>
                <Table.Td className={classes.exampleText}>{example.text}</Table.Td>
                <Table.Td>{text(example.label, titleOf)}</Table.Td>
                <Said said={example.head} right={example.label} titleOf={titleOf} />
                <Said said={example.tuned} right={example.label} titleOf={titleOf} />
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </details>
  );
}
