import { Button, Table } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { casesQuery } from "../../api/queries";
import type { ProductionCase, ProductionSaid as Said } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { useFormat } from "../../ui/format";
import { Loaded } from "../../ui/Loaded";
import { Panel } from "../../ui/Panel";
import { Tag, type Tone } from "../../ui/Tag";
import classes from "./production.module.css";
import { useLabelText } from "./useLabelText";

const TONES: Record<ProductionCase["step"], Tone> = {
  waiting: "plain",
  labelled: "accent",
  refuted: "plain",
  released: "accent",
  retrained: "warn",
  fixed: "good",
};

interface SaidProps {
  question: string;
  said: Said;
  isCalibrated: boolean;
}

/** Its confidence is shown as a share only where it was held against people's labels. */
function ModelSaid({ question, said, isCalibrated }: SaidProps) {
  const { percent } = useFormat();
  const labelText = useLabelText();
  return (
    <>
      {labelText(question, said.label)}{" "}
      {isCalibrated ? <span className={classes.faint}>{percent(said.confidence)}</span> : null}
    </>
  );
}

function Row({ projectId, row }: { projectId: number; row: ProductionCase }) {
  const { t } = useTranslation("production");
  const format = useFormat();
  const labelText = useLabelText();
  const name = row.external_id || `#${row.item}`;
  return Object.entries(row.said).map(([question, said], place) => (
    <Table.Tr key={question}>
      <Table.Td>
        {place === 0 ? (
          <Link
            to="/projects/$projectId/items/$itemId"
            params={{ projectId, itemId: row.item }}
            className={classes.link}
          >
            {name}
          </Link>
        ) : null}
      </Table.Td>
      <Table.Td className={classes.preview}>{place === 0 ? row.preview : null}</Table.Td>
      <Table.Td>{place === 0 ? t(`reason.${row.reason}`) : null}</Table.Td>
      <Table.Td>
        <ModelSaid
          question={question}
          said={said}
          isCalibrated={row.calibrated.includes(question)}
        />
      </Table.Td>
      <Table.Td>{labelText(question, row.claim?.[question])}</Table.Td>
      <Table.Td>{labelText(question, row.final?.[question])}</Table.Td>
      <Table.Td>
        {place === 0 ? <Tag tone={TONES[row.step]}>{t(`step.${row.step}`)}</Tag> : null}
      </Table.Td>
      <Table.Td ta="end" className={classes.faint}>
        {place === 0 ? format.ago(row.received_at) : null}
      </Table.Td>
    </Table.Tr>
  ));
}

function Cases({ projectId, rows }: { projectId: number; rows: readonly ProductionCase[] }) {
  const { t } = useTranslation("production");
  if (rows.length === 0) {
    return <EmptyState title={t("cases.none")}>{t("cases.noneText")}</EmptyState>;
  }
  return (
    <div className={classes.scroll}>
      <Table fz="sm" verticalSpacing={7} horizontalSpacing="md" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("cases.item")}</Table.Th>
            <Table.Th>{t("cases.content")}</Table.Th>
            <Table.Th>{t("cases.reason")}</Table.Th>
            <Table.Th>{t("cases.said")}</Table.Th>
            <Table.Th>{t("cases.claim")}</Table.Th>
            <Table.Th>{t("cases.final")}</Table.Th>
            <Table.Th>{t("cases.step")}</Table.Th>
            <Table.Th ta="end">{t("cases.received")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Row key={row.id} projectId={projectId} row={row} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** The latest that production gave to label, with what became of each. */
export function CasesPanel({ projectId }: { projectId: number }) {
  const { t } = useTranslation("production");
  const cases = useInfiniteQuery(casesQuery(projectId));
  return (
    <Panel
      title={t("cases.title")}
      note={t("cases.note")}
      flush
      actions={
        cases.hasNextPage ? (
          <Button
            variant="default"
            size="xs"
            loading={cases.isFetchingNextPage}
            onClick={() => cases.fetchNextPage()}
          >
            {t("common:more")}
          </Button>
        ) : null
      }
    >
      <Loaded query={cases}>
        {({ pages }) => (
          <Cases projectId={projectId} rows={pages.flatMap(({ results }) => results)} />
        )}
      </Loaded>
    </Panel>
  );
}
