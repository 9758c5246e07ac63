import { Input, MultiSelect, NumberInput, SegmentedControl, Stack, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Policy } from "../../../api/types";
import { Notice } from "../../../ui/Notice";
import { Panel } from "../../../ui/Panel";
import { MOST_AT_ONCE } from "./defaultPolicy";
import { ExpertFields } from "./ExpertFields";
import type { PolicyFieldProps, PolicyFormProps } from "./fieldProps";
import { ModelFields } from "./ModelFields";
import { PolicySentence } from "./PolicySentence";
import { PricesPanel } from "./PricesPanel";
import classes from "./policy.module.css";
import { RulesPanel } from "./RulesPanel";
import { ShareSlider } from "./ShareSlider";

function OverlapFields({ policy, problemAt, change }: PolicyFieldProps) {
  const { t } = useTranslation("setup");
  const number = (value: string | number) => (typeof value === "number" ? value : 1);
  return (
    <div className={classes.pair}>
      <NumberInput
        label={t("policy.minOverlap")}
        description={t("policy.minOverlapNote")}
        min={1}
        max={20}
        allowDecimal={false}
        value={policy.min_overlap}
        error={problemAt("min_overlap")}
        onChange={(value) => change({ min_overlap: number(value) })}
      />
      <NumberInput
        label={t("policy.maxOverlap")}
        description={t("policy.maxOverlapNote")}
        min={1}
        max={20}
        allowDecimal={false}
        value={policy.max_overlap}
        error={problemAt("max_overlap")}
        onChange={(value) => change({ max_overlap: number(value) })}
      />
    </div>
  );
}

function MeasureField({ policy, problemAt, change }: PolicyFieldProps) {
  const { t } = useTranslation("setup");
  return (
    <Input.Wrapper
      label={t("policy.measure")}
      description={t(`policy.measureNote.${policy.measure}`)}
      error={problemAt("measure")}
      labelElement="div"
    >
      <SegmentedControl
        mt={6}
        size="xs"
        value={policy.measure}
        onChange={(measure) => change({ measure: measure as Policy["measure"] })}
        data={(["posterior", "agreement"] as const).map((value) => ({
          value,
          label: t(`policy.measures.${value}`),
        }))}
      />
    </Input.Wrapper>
  );
}

/** With prices only what has no classes to weigh (spans, boxes, texts) is held to a threshold. */
function MeasureFields(props: PolicyFieldProps) {
  const { t } = useTranslation("setup");
  const { policy, problemAt, change } = props;
  const hasPrices = policy.prices !== null;
  return (
    <>
      {hasPrices ? null : <MeasureField {...props} />}
      <ShareSlider
        label={t("policy.threshold")}
        note={t(hasPrices ? "policy.thresholdPricedNote" : "policy.thresholdNote")}
        min={50}
        value={policy.threshold}
        problem={problemAt("threshold")}
        onChange={(threshold) => change({ threshold })}
      />
      {hasPrices || policy.measure === "posterior" ? (
        <ShareSlider
          label={t("policy.accuracy")}
          note={t("policy.accuracyNote")}
          min={51}
          value={policy.assumed_accuracy}
          problem={problemAt("assumed_accuracy")}
          onChange={(assumed_accuracy) => change({ assumed_accuracy })}
        />
      ) : null}
    </>
  );
}

type DisputeProps = PolicyFieldProps & { set: (part: Partial<Policy["dispute"]>) => void };

function DisputeOnField({ policy, problemAt, set }: DisputeProps) {
  const { t } = useTranslation("setup");
  const { on } = policy.dispute;
  return (
    <Input.Wrapper
      label={t("policy.disputeOn")}
      description={t(`policy.disputeNote.${on}`)}
      error={problemAt("dispute/on")}
      labelElement="div"
    >
      <SegmentedControl
        mt={6}
        size="xs"
        value={on}
        onChange={(next) => set({ on: next as Policy["dispute"]["on"] })}
        data={(["exhausted", "disagreement"] as const).map((value) => ({
          value,
          label: t(`policy.disputeRules.${value}`),
        }))}
      />
    </Input.Wrapper>
  );
}

function DisputeFields(props: PolicyFieldProps) {
  const { t } = useTranslation("setup");
  const { policy, schema, problemAt, change } = props;
  const { dispute } = policy;
  const set = (part: Partial<Policy["dispute"]>) => change({ dispute: { ...dispute, ...part } });
  const ids = [...new Set(schema.questions.map(({ id }) => id))];
  return (
    <>
      {policy.prices === null ? <DisputeOnField {...props} set={set} /> : null}
      <div className={classes.pair}>
        <MultiSelect
          label={t("policy.disputeQuestions")}
          description={t("policy.disputeQuestionsNote")}
          placeholder={dispute.questions === "required" ? t("policy.allRequired") : undefined}
          data={ids.map((id) => ({
            value: id,
            label: schema.questions.find((question) => question.id === id)?.title || id,
          }))}
          value={dispute.questions === "required" ? [] : dispute.questions}
          error={problemAt("dispute/questions")}
          onChange={(chosen) => set({ questions: chosen.length > 0 ? chosen : "required" })}
        />
        <NumberInput
          label={t("policy.unsureVotes")}
          description={t("policy.unsureVotesNote")}
          min={0}
          max={20}
          allowDecimal={false}
          value={dispute.unsure_votes}
          error={problemAt("dispute/unsure_votes")}
          onChange={(value) => set({ unsure_votes: typeof value === "number" ? value : 0 })}
        />
        <NumberInput
          label={t("policy.skips")}
          description={t("policy.skipsNote")}
          min={0}
          max={50}
          allowDecimal={false}
          value={dispute.skips}
          error={problemAt("dispute/skips")}
          onChange={(value) => set({ skips: typeof value === "number" ? value : 0 })}
        />
      </div>
    </>
  );
}

function WorkFields({ policy, problemAt, change }: PolicyFieldProps) {
  const { t } = useTranslation("setup");
  return (
    <div className={classes.pair}>
      <NumberInput
        label={t("policy.lease")}
        description={t("policy.leaseNote")}
        min={1}
        max={1440}
        suffix={` ${t("policy.minutes")}`}
        value={Math.round(policy.lease_seconds / 60)}
        error={problemAt("lease_seconds")}
        onChange={(value) =>
          change({ lease_seconds: (typeof value === "number" ? value : 15) * 60 })
        }
      />
      <NumberInput
        label={t("policy.atOnce")}
        description={t("policy.atOnceNote")}
        min={1}
        max={200}
        allowDecimal={false}
        value={policy.most_at_once ?? MOST_AT_ONCE}
        error={problemAt("most_at_once")}
        onChange={(value) =>
          change({ most_at_once: typeof value === "number" ? value : MOST_AT_ONCE })
        }
      />
    </div>
  );
}

export function PolicyForm(props: PolicyFormProps) {
  const { t } = useTranslation("setup");
  const { policy, onChange } = props;
  const change = (part: Partial<Policy>) => onChange({ ...policy, ...part });
  const hasPrices = policy.prices !== null;
  return (
    <Stack gap="sm">
      <PolicySentence policy={policy} />
      <Panel title={t("policy.overlapHeading")}>
        <OverlapFields {...props} change={change} />
      </Panel>
      <PricesPanel {...props} change={change} />
      {hasPrices ? (
        <RulesPanel {...props} change={change} />
      ) : policy.rules.length + policy.audit > 0 ? (
        <Notice tone="warn">{t("policy.rules.idle")}</Notice>
      ) : null}
      <Panel title={t(hasPrices ? "policy.restHeading" : "policy.measureHeading")}>
        <Stack gap="md">
          <MeasureFields {...props} change={change} />
        </Stack>
      </Panel>
      <Panel title={t("policy.disputeHeading")}>
        <Stack gap="md">
          <DisputeFields {...props} change={change} />
        </Stack>
      </Panel>
      <Panel title={t("policy.expertsHeading")}>
        <ExpertFields {...props} change={change} />
      </Panel>
      <Panel title={t("policy.modelHeading")}>
        <ModelFields {...props} change={change} />
      </Panel>
      <Panel title={t("policy.workHeading")}>
        <Stack gap="md">
          <WorkFields {...props} change={change} />
          {hasPrices ? (
            <Switch
              label={t("policy.countModels")}
              description={t("policy.countModelsNote")}
              checked={policy.count_models}
              error={props.problemAt("count_models")}
              onChange={(event) => change({ count_models: event.currentTarget.checked })}
            />
          ) : null}
          <ShareSlider
            label={t("policy.gold")}
            note={t("policy.goldNote")}
            min={0}
            value={policy.gold_rate}
            problem={props.problemAt("gold_rate")}
            onChange={(gold_rate) => change({ gold_rate })}
          />
          <Switch
            label={t("policy.ladder")}
            description={t("policy.ladderNote")}
            checked={policy.ladder}
            error={props.problemAt("ladder")}
            onChange={(event) => change({ ladder: event.currentTarget.checked })}
          />
        </Stack>
      </Panel>
    </Stack>
  );
}
