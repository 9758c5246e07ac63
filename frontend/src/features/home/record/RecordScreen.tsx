import { Button } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { projectQuery, recordQuery } from "../../../api/queries";
import type { LabelSchema, OwnRecord } from "../../../api/types";
import { confusedTitles } from "../../../core/schema";
import { useFormat } from "../../../ui/format";
import { Loaded } from "../../../ui/Loaded";
import { Notice } from "../../../ui/Notice";
import { Page } from "../../../ui/Page";
import { Panel } from "../../../ui/Panel";
import { Stat } from "../../../ui/Stat";
import { useProjectId } from "../../../ui/useProjectId";
import { AppealDialog, type Case } from "./AppealDialog";
import { BatchesPanel } from "./BatchesPanel";
import { RulingsPanel } from "./RulingsPanel";
import classes from "./record.module.css";

interface StandingProps {
  standing: OwnRecord["standing"];
  schema: LabelSchema;
}

function StandingNotice({ standing, schema }: StandingProps) {
  const { t } = useTranslation("record");
  const { rung, overruled, sentence } = standing;
  if (rung === "none" && !overruled) return <Notice tone="good">{t("standing.good")}</Notice>;
  const reason = sentence.replace(/^[^:]*: /, "");
  const confused = confusedTitles(schema, standing.confusion);
  return (
    <Notice tone={TONES[rung]} title={t(`common:rungs.${rung}`)}>
      {overruled ? t("standing.overruled", { reason }) : t(`standing.${rung}`)}
      {confused ? <div>{t("standing.confusion", confused)}</div> : null}
    </Notice>
  );
}

const TONES = {
  none: "plain",
  hint: "plain",
  slower: "warn",
  other_tier: "warn",
  paused: "bad",
} as const;

function Figures({ record }: { record: OwnRecord }) {
  const { t } = useTranslation("record");
  const format = useFormat();
  const counted = record.batches.reduce((sum, { counted }) => sum + counted, 0);
  const met = record.batches.reduce((sum, { score, counted }) => sum + (score ?? 0) * counted, 0);
  return (
    <Panel>
      <div className={classes.figures}>
        <Stat value={format.number(record.judged)} label={t("judged")} />
        <Stat value={format.number(record.skipped)} label={t("skipped")} />
        <Stat value={format.number(record.overturned)} label={t("overturned")} />
        <Stat
          value={counted ? format.percent(met / counted) : "–"}
          label={t("goldScore")}
          note={counted ? t("goldScoreNote", { count: counted }) : t("goldNone")}
        />
      </div>
    </Panel>
  );
}

function Content({ record, schema }: { record: OwnRecord; schema: LabelSchema }) {
  const [open, setOpen] = useState<Case | null>(null);
  return (
    <>
      <StandingNotice standing={record.standing} schema={schema} />
      <Figures record={record} />
      <BatchesPanel record={record} schema={schema} onAppeal={setOpen} />
      <RulingsPanel rulings={record.rulings} schema={schema} onAppeal={setOpen} />
      <AppealDialog schema={schema} open={open} onClose={() => setOpen(null)} />
    </>
  );
}

/** What a worker learns of the own work: the rung, known answers in batches, rulings. */
export function RecordScreen() {
  const { t } = useTranslation("record");
  const projectId = useProjectId();
  const project = useQuery(projectQuery(projectId));
  const record = useQuery(recordQuery(projectId));
  const schema = project.data?.guideline?.schema;
  return (
    <Page
      narrow
      title={t("title")}
      description={t("note")}
      actions={
        <Button
          component={Link}
          to={`/projects/${projectId}/work`}
          variant="default"
          rightSection={<IconArrowRight size={16} />}
        >
          {t("back")}
        </Button>
      }
    >
      <Loaded query={record}>
        {(data) => (schema ? <Content record={data} schema={schema} /> : null)}
      </Loaded>
    </Page>
  );
}
