import { Input, SegmentedControl, Select, Stack, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Policy } from "../../../api/types";
import { DEFAULT_MODEL } from "./defaultPolicy";
import type { PolicyFieldProps } from "./fieldProps";
import classes from "./policy.module.css";
import { ShareSlider } from "./ShareSlider";

type Rules = NonNullable<Policy["model"]>;

const MODES = ["hidden", "after_answer", "shown"] as const;
const PREDICTIONS = [...MODES, "by_type"] as const;
const LIKE_ALL = "";
/** So many assignments tell what showing a prediction does; proposed when one is first shown. */
const PROPOSED_CONTROL = 0.2;

interface RulesProps extends PolicyFieldProps {
  rules: Rules;
  set: (part: Partial<Rules>) => void;
}

function PredictionField({ policy, problemAt, change, rules }: RulesProps) {
  const { t } = useTranslation("setup");
  const choose = (prediction: Policy["prediction"]) => {
    const isFirstShown = policy.prediction === "hidden" && prediction !== "hidden";
    const control = isFirstShown ? PROPOSED_CONTROL : rules.control_share;
    change({ prediction, model: { ...rules, control_share: control } });
  };
  return (
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
        onChange={(value) => choose(value as Policy["prediction"])}
        data={PREDICTIONS.map((value) => ({ value, label: t(`policy.predictions.${value}`) }))}
      />
    </Input.Wrapper>
  );
}

/** Questions that differ from the rest; with one question there is nothing to differ from. */
function ModeFields({ schema, rules, set }: RulesProps) {
  const { t } = useTranslation("setup");
  const modes = rules.modes as Record<string, string>;
  if (schema.questions.length < 2) return null;
  const choose = (question: string, mode: string | null) => {
    const { [question]: _before, ...others } = modes;
    set({ modes: mode ? { ...others, [question]: mode } : others });
  };
  return (
    <div className={classes.pair}>
      {schema.questions.map(({ id, title }) => (
        <Select
          key={id}
          size="xs"
          label={t("policy.mode", { question: title || id })}
          allowDeselect={false}
          value={modes[id] ?? LIKE_ALL}
          onChange={(mode) => choose(id, mode)}
          data={[
            { value: LIKE_ALL, label: t("policy.modeLikeAll") },
            ...MODES.map((value) => ({ value, label: t(`policy.predictions.${value}`) })),
          ]}
        />
      ))}
    </div>
  );
}

/** What a model says is next, when people see what it says, and how that is measured. */
export function ModelFields(props: PolicyFieldProps) {
  const { t } = useTranslation("setup");
  const { policy, problemAt, change } = props;
  const rules = policy.model ?? DEFAULT_MODEL;
  const set = (part: Partial<Rules>) => change({ model: { ...rules, ...part } });
  const isShown = policy.prediction !== "hidden" || Object.keys(rules.modes).length > 0;
  return (
    <Stack gap="md">
      <PredictionField {...props} rules={rules} set={set} />
      <ModeFields {...props} rules={rules} set={set} />
      {isShown ? (
        <ShareSlider
          label={t("policy.control")}
          note={t("policy.controlNote")}
          min={0}
          max={50}
          value={rules.control_share}
          problem={problemAt("model/control_share")}
          onChange={(control_share) => set({ control_share })}
        />
      ) : null}
      <Switch
        label={t("policy.byModel")}
        description={t("policy.byModelNote")}
        checked={rules.order === "model"}
        error={problemAt("model/order")}
        onChange={(event) => set({ order: event.currentTarget.checked ? "model" : "arrival" })}
      />
      {rules.order === "model" ? (
        <ShareSlider
          label={t("policy.blind")}
          note={t("policy.blindNote")}
          min={5}
          max={50}
          value={rules.blind_share}
          problem={problemAt("model/blind_share")}
          onChange={(blind_share) => set({ blind_share })}
        />
      ) : null}
    </Stack>
  );
}
