import { Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { goldQuery, projectQuery } from "../../api/queries";
import type { Gold, LabelSchema } from "../../api/types";
import { AnswerLine } from "../../labelTypes/answering/AnswerLine";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { Tag } from "../../ui/Tag";
import { Deciding } from "./Deciding";

const TONES = { trusted: "plain", doubted: "warn", confirmed: "good", refuted: "bad" } as const;

function sureOf({ doubt }: Gold): number | null {
  const shares = Object.values(doubt ?? {}).filter((value) => typeof value === "number");
  return shares.length === 0 ? null : Math.max(...shares);
}

interface RowProps {
  projectId: number;
  gold: Gold;
  schema: LabelSchema;
}

function Row({ projectId, gold, schema }: RowProps) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const sure = sureOf(gold);
  return (
    <Table.Tr style={{ verticalAlign: "top" }}>
      <Table.Td w="40%">{gold.preview}</Table.Td>
      <Table.Td>
        <AnswerLine schema={schema} answer={gold.answer} />
        <Text size="xs" c="dimmed">
          {sure === null ? null : t("gold.sure", { share: format.percent(sure, 1) })}
        </Text>
      </Table.Td>
      <Table.Td>
        <Tag tone={TONES[gold.state]}>{t(`gold.${gold.state}`)}</Tag>
        <Text size="xs" c="dimmed" mt={2}>
          {t("gold.used", { count: gold.planted })}
        </Text>
      </Table.Td>
      <Table.Td w="26%">
        {gold.state === "doubted" ? (
          <Deciding
            projectId={projectId}
            path={`gold/${gold.item}/`}
            label={t("gold.reason")}
            choices={[
              { name: t("gold.stands"), body: { stands: true } },
              { name: t("gold.wrong"), body: { stands: false } },
            ]}
          />
        ) : null}
      </Table.Td>
    </Table.Tr>
  );
}

/** Known answers that good workers contradict; nothing at all while there are none. */
export function GoldPanel({ projectId }: { projectId: number }) {
  const { t } = useTranslation("people");
  const { data } = useQuery(goldQuery(projectId));
  const schema = useQuery(projectQuery(projectId)).data?.guideline?.schema;
  if (!data || data.results.length === 0 || !schema) return null;
  return (
    <Panel title={t("gold.title")} note={t("gold.note")} flush>
      <Table fz="sm" verticalSpacing="xs" horizontalSpacing="md">
        <Table.Tbody>
          {data.results.map((gold) => (
            <Row key={gold.item} projectId={projectId} gold={gold} schema={schema} />
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}
