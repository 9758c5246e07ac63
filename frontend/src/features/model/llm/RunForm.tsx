import { Button, NumberInput, Select, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../api/client";
import { llmQuery } from "../../../api/queries";
import type { LlmEndpoint, LlmEstimate, LlmOrder, LlmRun, LlmWish } from "../../../api/types";
import { useFieldProblems } from "../../../ui/useFieldProblems";
import { Estimate } from "./Estimate";
import classes from "./llm.module.css";

const NOTES = {
  price_in: "priceNote",
  price_out: "priceNote",
  most_tokens: "capNote",
  most_money: "capNote",
  most_items: "itemsNote",
  samples: "samplesNote",
} as const;
type Name = keyof typeof NOTES;
const NAMES = Object.keys(NOTES) as Name[];
const WHOLE: readonly Name[] = ["most_tokens", "most_items", "samples"];
type Values = Record<Name, number | "">;
const CONCURRENCY = 4;
const START: Values = {
  price_in: "",
  price_out: "",
  most_tokens: 1_000_000,
  most_money: 10,
  most_items: "",
  samples: 5,
};

interface Choice {
  endpoint: string;
  model: string;
}

function wishOf(choice: Choice, values: Values): LlmWish {
  return {
    ...choice,
    price_in: Number(values.price_in),
    price_out: Number(values.price_out),
    samples: Number(values.samples),
    most_items: values.most_items === "" ? null : values.most_items,
  };
}

function useSending(projectId: number) {
  const queryClient = useQueryClient();
  const estimate = useMutation({
    mutationFn: (wish: LlmWish) =>
      api.post<LlmEstimate>(`projects/${projectId}/llm/estimate/`, wish),
  });
  const start = useMutation({
    mutationFn: (order: LlmOrder) => api.post<LlmRun>(`projects/${projectId}/llm/runs/`, order),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: llmQuery(projectId).queryKey }),
  });
  return { estimate, start };
}

interface FieldProps {
  name: Name;
  values: Values;
  error: string | undefined;
  onChange: (values: Values) => void;
}

function Field({ name, values, error, onChange }: FieldProps) {
  const { t } = useTranslation("model");
  return (
    <NumberInput
      label={t(`llm.form.${name}`)}
      description={t(`llm.form.${NOTES[name]}`)}
      min={0}
      allowDecimal={!WHOLE.includes(name)}
      thousandSeparator=" "
      required={name !== "most_items"}
      value={values[name]}
      error={error}
      onChange={(value) => onChange({ ...values, [name]: value === "" ? "" : Number(value) })}
    />
  );
}

function choicesOf(endpoints: readonly LlmEndpoint[], label: (choice: Choice) => string) {
  return endpoints.flatMap(({ name, models }) =>
    models.map((model) => {
      const choice = { endpoint: name, model };
      return { value: JSON.stringify(choice), label: label(choice) };
    }),
  );
}

interface Props {
  projectId: number;
  endpoints: readonly LlmEndpoint[];
  isBusy: boolean;
}

/** Which model speaks, at what price, and where it stops. */
export function RunForm({ projectId, endpoints, isBusy }: Props) {
  const { t } = useTranslation("model");
  const choices = choicesOf(endpoints, (choice) => t("llm.model", { ...choice }));
  const [chosen, setChosen] = useState(choices[0]?.value ?? "");
  const [values, setValues] = useState(START);
  const { estimate, start } = useSending(projectId);
  const problems = useFieldProblems(start.error ?? estimate.error, NAMES);
  const value = choices.some((choice) => choice.value === chosen) ? chosen : choices[0]?.value;
  const wish = wishOf(JSON.parse(value ?? "{}") as Choice, values);
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate({
      ...wish,
      most_tokens: Number(values.most_tokens),
      most_money: Number(values.most_money),
      concurrency: CONCURRENCY,
    });
  };
  return (
    <form onSubmit={handleSubmit} className={classes.panel}>
      <div className={classes.fields}>
        <Select
          label={t("llm.form.model")}
          description={t("llm.form.modelNote")}
          data={choices}
          value={value ?? null}
          allowDeselect={false}
          onChange={(next) => next && setChosen(next)}
        />
        {NAMES.map((name) => (
          <Field
            key={name}
            name={name}
            values={values}
            error={problems.at(name)}
            onChange={setValues}
          />
        ))}
      </div>
      {problems.rest ? (
        <Text role="alert" size="sm" c="var(--bad)">
          {problems.rest}
        </Text>
      ) : null}
      <div className={classes.buttons}>
        <Button
          variant="default"
          loading={estimate.isPending}
          disabled={values.price_in === "" || values.price_out === ""}
          onClick={() => estimate.mutate(wish)}
        >
          {t("llm.form.estimate")}
        </Button>
        <Button type="submit" disabled={isBusy} loading={start.isPending}>
          {t("llm.form.start")}
        </Button>
      </div>
      {estimate.data ? <Estimate estimate={estimate.data} /> : null}
    </form>
  );
}
