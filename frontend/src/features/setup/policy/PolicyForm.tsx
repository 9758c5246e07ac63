import { Input, MultiSelect, NumberInput, SegmentedControl, Slider, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { LabelSchema, Policy } from "../../../api/types";
import { Panel } from "../../../ui/Panel";
import { PolicySentence } from "./PolicySentence";
import classes from "./policy.module.css";

interface Props {
  policy: Policy;
  schema: LabelSchema;
  problemAt: (name: string) => string | undefined;
  onChange: (policy: Policy) => void;
}

interface FieldProps extends Props {
  change: (part: Partial<Policy>) => void;
}

function OverlapFields({ policy, problemAt, change }: FieldProps) {
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

interface ShareProps {
  label: string;
  note: string;
  value: number;
  min: number;
  problem: string | undefined;
  onChange: (share: number) => void;
}

function ShareSlider({ label, note, value, min, problem, onChange }: ShareProps) {
  return (
    <Input.Wrapper
      label={`${label}: ${Math.round(value * 100)} %`}
      description={note}
      error={problem}
      labelElement="div"
    >
      <Slider
        mt={10}
        mb={4}
        min={min}
        max={100}
        label={null}
        thumbLabel={label}
        value={Math.round(value * 100)}
        onChange={(percent) => onChange(percent / 100)}
      />
    </Input.Wrapper>
  );
}

function MeasureFields({ policy, problemAt, change }: FieldProps) {
  const { t } = useTranslation("setup");
  return (
    <>
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
      <ShareSlider
        label={t("policy.threshold")}
        note={t("policy.thresholdNote")}
        min={50}
        value={policy.threshold}
        problem={problemAt("threshold")}
        onChange={(threshold) => change({ threshold })}
      />
      {policy.measure === "posterior" ? (
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

function DisputeFields({ policy, schema, problemAt, change }: FieldProps) {
  const { t } = useTranslation("setup");
  const { dispute } = policy;
  const set = (part: Partial<Policy["dispute"]>) => change({ dispute: { ...dispute, ...part } });
  const ids = [...new Set(schema.questions.map(({ id }) => id))];
  return (
    <>
      <Input.Wrapper
        label={t("policy.disputeOn")}
        description={t(`policy.disputeNote.${dispute.on}`)}
        error={problemAt("dispute/on")}
        labelElement="div"
      >
        <SegmentedControl
          mt={6}
          size="xs"
          value={dispute.on}
          onChange={(on) => set({ on: on as Policy["dispute"]["on"] })}
          data={(["exhausted", "disagreement"] as const).map((value) => ({
            value,
            label: t(`policy.disputeRules.${value}`),
          }))}
        />
      </Input.Wrapper>
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
      </div>
    </>
  );
}

function WorkFields({ policy, problemAt, change }: FieldProps) {
  const { t } = useTranslation("setup");
  return (
    <div className={classes.pair}>
      <Input.Wrapper
        label={t("policy.prediction")}
        description={t(`policy.predictionNote.${policy.prediction}`)}
        error={problemAt("prediction")}
        labelElement="div"
      >
        <SegmentedControl
          mt={6}
          size="xs"
          value={policy.prediction}
          onChange={(prediction) => change({ prediction: prediction as Policy["prediction"] })}
          data={(["hidden", "shown"] as const).map((value) => ({
            value,
            label: t(`policy.predictions.${value}`),
          }))}
        />
      </Input.Wrapper>
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
    </div>
  );
}

export function PolicyForm(props: Props) {
  const { t } = useTranslation("setup");
  const { policy, onChange } = props;
  const change = (part: Partial<Policy>) => onChange({ ...policy, ...part });
  return (
    <Stack gap="sm">
      <PolicySentence policy={policy} />
      <Panel title={t("policy.overlapHeading")}>
        <OverlapFields {...props} change={change} />
      </Panel>
      <Panel title={t("policy.measureHeading")}>
        <Stack gap="md">
          <MeasureFields {...props} change={change} />
        </Stack>
      </Panel>
      <Panel title={t("policy.disputeHeading")}>
        <Stack gap="md">
          <DisputeFields {...props} change={change} />
        </Stack>
      </Panel>
      <Panel title={t("policy.workHeading")}>
        <WorkFields {...props} change={change} />
      </Panel>
    </Stack>
  );
}
