import { Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { appealsQuery, projectQuery } from "../../api/queries";
import type { Appeal, LabelSchema } from "../../api/types";
import { AnswerLine, ItemLine } from "../../labelTypes/answering/AnswerLine";
import { EmptyState } from "../../ui/EmptyState";
import { useFormat } from "../../ui/format";
import { Loaded } from "../../ui/Loaded";
import { Panel } from "../../ui/Panel";
import { ScrollBox } from "../../ui/ScrollBox";
import { Tag } from "../../ui/Tag";
import { Deciding } from "./Deciding";
import classes from "./people.module.css";

const TONES = { open: "accent", upheld: "good", rejected: "plain" } as const;

function Outcome({ projectId, appeal }: { projectId: number; appeal: Appeal }) {
  const { t } = useTranslation("people");
  if (appeal.state === "open" && !appeal.own_case) {
    return (
      <Deciding
        projectId={projectId}
        path={`appeals/${appeal.id}/`}
        label={t("appeals.reason")}
        choices={[
          { name: t("appeals.uphold"), body: { upheld: true } },
          { name: t("appeals.reject"), body: { upheld: false } },
        ]}
      />
    );
  }
  return (
    <>
      <Tag tone={TONES[appeal.state]}>{t(`appeals.${appeal.state}`)}</Tag>
      <Text size="xs" c="dimmed" mt={2}>
        {appeal.state === "open" ? t("appeals.own") : appeal.decision}
      </Text>
    </>
  );
}

interface RowProps {
  projectId: number;
  appeal: Appeal;
  schema: LabelSchema;
}

function Row({ projectId, appeal, schema }: RowProps) {
  const { t } = useTranslation("people");
  const format = useFormat();
  return (
    <Table.Tr style={{ verticalAlign: "top" }}>
      <Table.Td w="34%">
        <Tag>{t(`appeals.${appeal.subject}`)}</Tag>{" "}
        <Text span size="xs" c="dimmed">
          {format.ago(appeal.made_at)}
        </Text>
        <ScrollBox label={t("appeals.item")} className={classes.item}>
          <ItemLine schema={schema} data={appeal.data} />
        </ScrollBox>
      </Table.Td>
      <Table.Td>
        <AnswerLine schema={schema} answer={appeal.answer} />
        <Text size="xs" fs="italic" mt={4}>
          “{appeal.reason}”
        </Text>
      </Table.Td>
      <Table.Td>
        {appeal.against ? <AnswerLine schema={schema} answer={appeal.against} /> : "–"}
      </Table.Td>
      <Table.Td w="26%">
        <Outcome projectId={projectId} appeal={appeal} />
      </Table.Td>
    </Table.Tr>
  );
}

export function AppealsPanel({ projectId }: { projectId: number }) {
  const { t } = useTranslation("people");
  const appeals = useQuery(appealsQuery(projectId));
  const schema = useQuery(projectQuery(projectId)).data?.guideline?.schema;
  return (
    <Panel title={t("appeals.title")} note={t("appeals.note")} flush>
      <Loaded query={appeals}>
        {({ results }) =>
          results.length === 0 || !schema ? (
            <EmptyState title={t("appeals.none")} />
          ) : (
            <Table fz="sm" verticalSpacing="xs" horizontalSpacing="md">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("appeals.item")}</Table.Th>
                  <Table.Th>{t("appeals.said")}</Table.Th>
                  <Table.Th>{t("appeals.against")}</Table.Th>
                  <Table.Th>{t("appeals.decision")}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {results.map((appeal) => (
                  <Row key={appeal.id} projectId={projectId} appeal={appeal} schema={schema} />
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Loaded>
    </Panel>
  );
}
