import { MultiSelect, NumberInput, Select, Switch, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { LabelSchema, Question } from "../../../api/types";
import { twoCategories } from "./newParts";
import { useProblemsBelow } from "./problems";
import classes from "./schema.module.css";

interface Props {
  question: Question;
  index: number;
  schema: LabelSchema;
  onChange: (change: object) => void;
}

type Of<Type extends Question["type"]> = Props & { question: Extract<Question, { type: Type }> };

interface LimitProps extends Props {
  name: "min" | "max" | "max_length" | "min_side" | "step" | "tolerance" | "top";
  label: string;
  value: number | undefined;
}

function Limit({ name, label, value, index, question, onChange }: LimitProps) {
  const { at } = useProblemsBelow(`/questions/${index}`);
  return (
    <NumberInput
      size="xs"
      label={label}
      value={value ?? ""}
      allowDecimal={question.type === "number" || name === "min_side"}
      error={at(`/${name}`)}
      onChange={(next) => onChange({ [name]: typeof next === "number" ? next : undefined })}
    />
  );
}

interface InputSelectProps extends Props {
  label: string;
  type?: "text" | "image";
  value: string;
  onSelect: (input: string) => void;
}

function InputSelect({ label, type, value, index, schema, onSelect }: InputSelectProps) {
  const { at } = useProblemsBelow(`/questions/${index}`);
  const inputs = schema.inputs.filter((input) => type === undefined || input.type === type);
  return (
    <Select
      size="xs"
      label={label}
      allowDeselect={false}
      data={[...new Set(inputs.map(({ id }) => id))].map((id) => ({
        value: id,
        label: inputs.find((input) => input.id === id)?.title || id,
      }))}
      value={value}
      error={at("/on")}
      onChange={(next) => next && onSelect(next)}
    />
  );
}

function ChoicesLimits(props: Of<"choices">) {
  const { t } = useTranslation("setup");
  const { question } = props;
  return (
    <>
      <Limit {...props} name="min" label={t("limits.atLeast")} value={question.min} />
      <Limit {...props} name="max" label={t("limits.atMost")} value={question.max} />
    </>
  );
}

function withAnchor(anchors: Record<string, string> | undefined, key: number, words: string) {
  const next: Record<string, string> = { ...anchors, [`${key}`]: words };
  if (words === "") delete next[`${key}`];
  return Object.keys(next).length > 0 ? next : undefined;
}

function RatingLimits(props: Of<"rating">) {
  const { t } = useTranslation("setup");
  const { question, onChange } = props;
  const anchor = (key: number, label: string) => (
    <TextInput
      size="xs"
      label={label}
      value={question.anchors?.[key] ?? ""}
      onChange={(event) =>
        onChange({ anchors: withAnchor(question.anchors, key, event.currentTarget.value) })
      }
    />
  );
  return (
    <>
      <Limit {...props} name="min" label={t("limits.lowest")} value={question.min} />
      <Limit {...props} name="max" label={t("limits.highest")} value={question.max} />
      {anchor(question.min, t("limits.lowestMeans"))}
      {anchor(question.max, t("limits.highestMeans"))}
    </>
  );
}

function NumberLimits(props: Of<"number">) {
  const { t } = useTranslation("setup");
  const { question, index, onChange } = props;
  const { at } = useProblemsBelow(`/questions/${index}`);
  return (
    <>
      <Limit {...props} name="min" label={t("limits.least")} value={question.min} />
      <Limit {...props} name="max" label={t("limits.most")} value={question.max} />
      <Limit {...props} name="step" label={t("limits.step")} value={question.step} />
      <TextInput
        size="xs"
        label={t("limits.unit")}
        value={question.unit ?? ""}
        error={at("/unit")}
        onChange={(event) => onChange({ unit: event.currentTarget.value || undefined })}
      />
      <Limit
        {...props}
        name="tolerance"
        label={t("limits.tolerance")}
        value={question.tolerance}
      />
    </>
  );
}

function TextLimits(props: Of<"text">) {
  const { t } = useTranslation("setup");
  return (
    <Limit
      {...props}
      name="max_length"
      label={t("limits.longest")}
      value={props.question.max_length}
    />
  );
}

function SpansLimits(props: Of<"spans">) {
  const { t } = useTranslation("setup");
  const { question, onChange } = props;
  return (
    <>
      <InputSelect
        {...props}
        type="text"
        label={t("limits.onText")}
        value={question.on}
        onSelect={(on) => onChange({ on })}
      />
      <Switch
        size="xs"
        mt={24}
        label={t("limits.nested")}
        checked={question.nested ?? false}
        onChange={(event) => onChange({ nested: event.currentTarget.checked || undefined })}
      />
    </>
  );
}

function BoxesLimits(props: Of<"boxes">) {
  const { t } = useTranslation("setup");
  const { question, onChange } = props;
  return (
    <>
      <InputSelect
        {...props}
        type="image"
        label={t("limits.onImage")}
        value={question.on}
        onSelect={(on) => onChange({ on })}
      />
      <Limit {...props} name="min_side" label={t("limits.minSide")} value={question.min_side} />
    </>
  );
}

function PairwiseLimits(props: Of<"pairwise">) {
  const { t } = useTranslation("setup");
  const { question, onChange } = props;
  const [left, right] = question.on;
  return (
    <>
      <InputSelect
        {...props}
        label={t("limits.left")}
        value={left}
        onSelect={(next) => onChange({ on: [next, right] })}
      />
      <InputSelect
        {...props}
        label={t("limits.right")}
        value={right}
        onSelect={(next) => onChange({ on: [left, next] })}
      />
      <Switch
        size="xs"
        mt={24}
        label={t("limits.tie")}
        checked={question.allow_tie ?? false}
        onChange={(event) => onChange({ allow_tie: event.currentTarget.checked })}
      />
    </>
  );
}

/** Ranks the item's own inputs, or a list of categories that is the same for every item. */
function RankingLimits(props: Of<"ranking">) {
  const { t } = useTranslation("setup");
  const { question, index, schema, onChange } = props;
  const { at } = useProblemsBelow(`/questions/${index}`);
  const inputs = new Map(schema.inputs.map((input) => [input.id, input.title || input.id]));
  const ofInputs = () => ({ categories: undefined, on: [...inputs.keys()] });
  return (
    <>
      <Limit {...props} name="top" label={t("limits.top")} value={question.top} />
      <Switch
        size="xs"
        mt={24}
        label={t("limits.ranksInputs")}
        checked={question.on !== undefined}
        onChange={(event) =>
          onChange(
            event.currentTarget.checked
              ? ofInputs()
              : { on: undefined, categories: twoCategories() },
          )
        }
      />
      {question.on ? (
        <MultiSelect
          size="xs"
          label={t("limits.ranked")}
          data={[...inputs].map(([value, label]) => ({ value, label }))}
          value={question.on}
          error={at("/on")}
          onChange={(on) => onChange({ on })}
        />
      ) : null}
    </>
  );
}

function fieldsOf(props: Props): ReactNode {
  const { question } = props;
  switch (question.type) {
    case "choices":
      return <ChoicesLimits {...props} question={question} />;
    case "rating":
      return <RatingLimits {...props} question={question} />;
    case "number":
      return <NumberLimits {...props} question={question} />;
    case "ranking":
      return <RankingLimits {...props} question={question} />;
    case "text":
      return <TextLimits {...props} question={question} />;
    case "spans":
      return <SpansLimits {...props} question={question} />;
    case "boxes":
      return <BoxesLimits {...props} question={question} />;
    case "pairwise":
      return <PairwiseLimits {...props} question={question} />;
    default:
      return null;
  }
}

export function LimitFields(props: Props) {
  const fields = fieldsOf(props);
  return fields ? <div className={classes.fields}>{fields}</div> : null;
}
