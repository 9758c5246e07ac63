import { Button, Checkbox, NumberInput, Select, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { projectKey } from "../../api/queries";
import type { CatalogueModel, CatalogueQuestion, Job, ModelOffer } from "../../api/types";
import { errorText } from "../../ui/errorText";
import { Notice } from "../../ui/Notice";
import { useProjectId } from "../../ui/useProjectId";
import classes from "./catalogue.module.css";
import { MappingTable } from "./MappingTable";
import { firstMapping, hasThreshold, type Mapping, missing, usable } from "./mapping";

const PERCENT = 100;

interface Wish {
  model: string;
  mapping: Mapping;
  /** In per cent. */
  threshold: number;
  allowsMissing: boolean;
}

function useChoose(projectId: number, question: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ model, mapping, threshold, allowsMissing }: Wish) =>
      api.put<Job>(`projects/${projectId}/catalogue/${question}/`, {
        model,
        mapping,
        threshold: threshold / PERCENT,
        allow_missing: allowsMissing,
      }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: projectKey(projectId) }),
  });
}

interface LackProps {
  names: string[];
  allowed: boolean;
  onAllow: (allowed: boolean) => void;
}

function Lacking({ names, allowed, onAllow }: LackProps) {
  const { t } = useTranslation("catalogue");
  if (names.length === 0) return null;
  return (
    <Notice tone="warn" title={t("missing.title", { names: names.join(t("and")) })}>
      <Checkbox
        size="sm"
        label={t("missing.allow")}
        checked={allowed}
        onChange={({ currentTarget }) => onAllow(currentTarget.checked)}
      />
    </Notice>
  );
}

interface SettingsProps {
  question: CatalogueQuestion;
  offer: ModelOffer;
  model: CatalogueModel;
  wish: Wish;
  onChange: (wish: Wish) => void;
}

function Settings({ question, offer, model, wish, onChange }: SettingsProps) {
  const { t } = useTranslation("catalogue");
  if (offer.purpose === "vectors") {
    const note = question.type === "boxes" ? "regionsNote" : "vectorsNote";
    return <p className={classes.words}>{t(note)}</p>;
  }
  return (
    <>
      {model.labels.length > 0 ? (
        <MappingTable
          question={question}
          model={model}
          mapping={wish.mapping}
          onChange={(mapping) => onChange({ ...wish, mapping })}
        />
      ) : (
        <p className={classes.words}>{t("entailmentNote")}</p>
      )}
      {hasThreshold(question, offer) ? (
        <NumberInput
          className={classes.threshold}
          label={t("threshold.label")}
          description={t("threshold.note")}
          suffix="%"
          min={0}
          max={100}
          value={wish.threshold}
          onChange={(value) => onChange({ ...wish, threshold: Number(value) })}
        />
      ) : null}
      <Lacking
        names={missing(question, model, wish.mapping)}
        allowed={wish.allowsMissing}
        onAllow={(allowsMissing) => onChange({ ...wish, allowsMissing })}
      />
    </>
  );
}

/** What stands in the form once a model is picked. */
function Chosen({ question, offer, model, wish, onChange }: SettingsProps) {
  const { t } = useTranslation("catalogue");
  const projectId = useProjectId();
  const choose = useChoose(projectId, question.question);
  const saysNothing = model.labels.length > 0 && Object.keys(wish.mapping).length === 0;
  const lacks = missing(question, model, wish.mapping).length > 0 && !wish.allowsMissing;
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    choose.mutate(wish);
  };
  return (
    <form onSubmit={handleSubmit} className={classes.form}>
      <Settings question={question} offer={offer} model={model} wish={wish} onChange={onChange} />
      {choose.error ? (
        <Text role="alert" size="sm" c="var(--bad)">
          {errorText(choose.error, t)}
        </Text>
      ) : null}
      <div>
        <Button type="submit" loading={choose.isPending} disabled={saysNothing || lacks}>
          {t(`save.${offer.purpose}`)}
        </Button>
      </div>
    </form>
  );
}

function firstWish(question: CatalogueQuestion, offer: ModelOffer | undefined): Wish | null {
  if (!offer) return null;
  const use = question.uses.find(({ model }) => model === offer.model);
  const threshold = Math.round((use?.threshold ?? 0.5) * PERCENT);
  const mapping = firstMapping(question, offer);
  return { model: offer.model, mapping, threshold, allowsMissing: false };
}

interface Props {
  question: CatalogueQuestion;
  models: ReadonlyMap<string, CatalogueModel>;
}

/** Pick a model for a question, and say what its labels mean here. */
export function ChooseForm({ question, models }: Props) {
  const { t } = useTranslation("catalogue");
  const offers = usable(question);
  const named = (name: string | null | undefined) => offers.find(({ model }) => model === name);
  const inUse = offers.find(({ model }) => question.uses.some((use) => use.model === model));
  const [wish, setWish] = useState(() => firstWish(question, inUse));
  const offer = named(wish?.model);
  const model = models.get(wish?.model ?? "");
  return (
    <>
      <Select
        className={classes.pick}
        label={t("pick.label")}
        placeholder={t("pick.none")}
        data={offers.map((each) => ({
          value: each.model,
          label: `${each.model} · ${t(`says.${models.get(each.model)?.says}`)}`,
        }))}
        value={wish?.model ?? null}
        allowDeselect={false}
        onChange={(name) => setWish(firstWish(question, named(name)))}
      />
      {wish && offer && model ? (
        <Chosen question={question} offer={offer} model={model} wish={wish} onChange={setWish} />
      ) : null}
    </>
  );
}
