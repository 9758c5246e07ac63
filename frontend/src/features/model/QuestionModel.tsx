import { Table } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ModelOverview, ModelState } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { Stat } from "../../ui/Stat";
import { Tag } from "../../ui/Tag";
import { BlindPanel } from "./BlindPanel";
import classes from "./model.module.css";
import { PinButton } from "./PinButton";

type Model = ModelOverview["questions"][number];

function shareAccepted({ acceptance }: ModelState): number | null {
  return acceptance.compared > 0 ? acceptance.agreed / acceptance.compared : null;
}

function Latest({ version }: { version: ModelState }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const { quality, acceptance, weight } = version;
  return (
    <div className={classes.latest}>
      <Stat
        value={format.percent(shareAccepted(version), 1)}
        label={t("acceptance")}
        note={t("compared", { count: acceptance.compared })}
      />
      {quality?.f1 === null || quality?.f1 === undefined ? null : (
        <Stat value={format.percent(quality.f1, 1)} label={t("f1")} note={t("f1Note")} />
      )}
      <Stat
        value={format.percent(quality?.accuracy, 1)}
        label={t("accuracy")}
        note={
          quality ? t("outOfFold", { count: quality.labels }) : t(`notMeasured.${version.kind}`)
        }
      />
      <Stat
        value={format.number(version.trained_on)}
        label={t("trainedOn")}
        note={t(`kind.${version.kind}`)}
      />
      <Stat value={format.number(version.predicted)} label={t("predicted")} />
      <Stat
        value={format.decimal(weight?.exponent)}
        label={t("weight")}
        note={weight ? t("weighed", { count: weight.items }) : t("notWeighed")}
      />
    </div>
  );
}

/** Only one version answers by a head of ours: the newest. */
const HEADS = ["zero_shot", "head", "tuned"];

interface VersionProps {
  version: ModelState;
  /** The title of its question. */
  question: string;
  isInForce: boolean;
  /** Whether any version of it finds spans, and so has an F1. */
  ofSpans: boolean;
}

function InForce({ version, question, isInForce }: Omit<VersionProps, "ofSpans">) {
  const { t } = useTranslation("model");
  if (!HEADS.includes(version.kind)) return null;
  if (version.is_swept) {
    return (
      <span className={classes.faint} title={t("versions.sweptNote")}>
        {t("versions.swept")}
      </span>
    );
  }
  if (!isInForce) return <PinButton version={version} question={question} />;
  return <Tag tone="good">{t(version.is_pinned ? "versions.pinned" : "versions.inForce")}</Tag>;
}

function VersionRow({ version, question, isInForce, ofSpans }: VersionProps) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const { quality } = version;
  return (
    <Table.Tr>
      <Table.Td fw={600}>{version.version}</Table.Td>
      <Table.Td className={classes.kind}>
        {t(`kind.${version.kind}`)}
        {version.copy_of === null ? null : (
          <span className={classes.faint}>
            {" "}
            {t("versions.copyOf", { version: version.copy_of })}
          </span>
        )}
        {version.is_calibrated ? null : (
          <div className={classes.faint} title={t("uncalibratedNote")}>
            {t("uncalibrated")}
          </div>
        )}
      </Table.Td>
      <Table.Td ta="end">{format.number(version.trained_on)}</Table.Td>
      <Table.Td ta="end">{format.percent(quality?.accuracy, 1)}</Table.Td>
      {ofSpans ? <Table.Td ta="end">{format.percent(quality?.f1, 1)}</Table.Td> : null}
      <Table.Td ta="end">{format.percent(quality?.majority_accuracy, 1)}</Table.Td>
      <Table.Td ta="end">{format.decimal(quality?.log_loss)}</Table.Td>
      <Table.Td ta="end">{format.percent(quality?.ece, 1)}</Table.Td>
      <Table.Td ta="end">
        {format.percent(shareAccepted(version), 1)}{" "}
        <span className={classes.faint}>({format.number(version.acceptance.compared)})</span>
      </Table.Td>
      <Table.Td ta="end" className={classes.when}>
        {format.ago(version.created_at)}
      </Table.Td>
      <Table.Td ta="end">
        <InForce version={version} question={question} isInForce={isInForce} />
      </Table.Td>
    </Table.Tr>
  );
}

function Versions({ model }: { model: Model }) {
  const { t } = useTranslation("model");
  const { versions } = model;
  const ofSpans = versions.some(({ quality }) => typeof quality?.f1 === "number");
  const inForce = versions.find(({ kind }) => HEADS.includes(kind));
  return (
    <div className={classes.scroll}>
      <Table fz="xs" verticalSpacing={6} horizontalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("columns.version")}</Table.Th>
            <Table.Th>{t("columns.kind")}</Table.Th>
            <Table.Th ta="end">{t("columns.trainedOn")}</Table.Th>
            <Table.Th ta="end">{t("columns.accuracy")}</Table.Th>
            {ofSpans ? <Table.Th ta="end">{t("columns.f1")}</Table.Th> : null}
            <Table.Th ta="end">{t("columns.majority")}</Table.Th>
            <Table.Th ta="end">{t("columns.logLoss")}</Table.Th>
            <Table.Th ta="end">{t("columns.ece")}</Table.Th>
            <Table.Th ta="end">{t("columns.acceptance")}</Table.Th>
            <Table.Th ta="end">{t("columns.made")}</Table.Th>
            <Table.Th ta="end">{t("columns.inForce")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {versions.map((version) => (
            <VersionRow
              key={version.version}
              version={version}
              question={model.title || model.question}
              isInForce={version === inForce}
              ofSpans={ofSpans}
            />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

const IMPORTED = "imported:";

/** How far the models count that came with an import; the own one has its number above. */
function Imported({ weights }: { weights: Model["weights"] }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  return weights
    .filter(({ source }) => source.startsWith(IMPORTED))
    .map(({ source, exponent, items }) => (
      <p key={source} className={classes.weight}>
        {t("weights", {
          source: t("imported", { name: source.slice(IMPORTED.length) }),
          exponent: format.decimal(exponent),
        })}{" "}
        <span className={classes.faint}>({t("weighed", { count: items })})</span>
      </p>
    ));
}

function Versioned({ latest, model }: { latest: ModelState; model: Model }) {
  const { t } = useTranslation("model");
  return (
    <>
      <Latest version={latest} />
      {latest.weight ? <p className={classes.weight}>{t("weightNote")}</p> : null}
      <BlindPanel versions={model.versions} />
      <h3 className={classes.chartTitle}>{t("versions.title")}</h3>
      <p className={classes.weight}>{t("versionsNote")}</p>
      <Versions model={model} />
    </>
  );
}

export function QuestionModel({ model }: { model: Model }) {
  const { t } = useTranslation("model");
  // What is only remembered speaks where no other version does.
  const latest = model.versions.find(({ kind }) => kind !== "memory") ?? model.versions[0];
  return (
    <Panel
      title={model.title || model.question}
      actions={
        <Tag tone={model.usable ? "good" : "plain"}>
          {model.usable ? t("usable") : t("notUsable")}
        </Tag>
      }
    >
      {model.why_not ? (
        <p className={classes.whyNot}>
          <IconInfoCircle size={16} aria-hidden />{" "}
          {t(`whyNot.${model.why_not_code}`, { defaultValue: model.why_not })}
        </p>
      ) : null}
      {latest ? <Versioned latest={latest} model={model} /> : null}
      <Imported weights={model.weights} />
      {!latest && model.usable ? <EmptyState title={t("none")}>{t("noneText")}</EmptyState> : null}
    </Panel>
  );
}
