import { Button, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { projectKey } from "../../api/queries";
import type { CatalogueModel, CatalogueQuestion, ModelUse } from "../../api/types";
import { errorText } from "../../ui/errorText";
import { useFormat } from "../../ui/format";
import { Gap } from "../../ui/Gap";
import { Panel } from "../../ui/Panel";
import { Tag } from "../../ui/Tag";
import { ChooseForm } from "./ChooseForm";
import classes from "./catalogue.module.css";
import { usable } from "./mapping";

interface UseProps {
  projectId: number;
  question: string;
  use: ModelUse;
}

function useStop(projectId: number, question: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (purpose: string) =>
      api.delete(`projects/${projectId}/catalogue/${question}/${purpose}/`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: projectKey(projectId) }),
  });
}

function InUse({ projectId, question, use }: UseProps) {
  const { t } = useTranslation("catalogue");
  const format = useFormat();
  const stop = useStop(projectId, question);
  const count = format.number(use.predicted);
  const waits = use.purpose === "vectors" ? t("use.learns") : t("use.waits");
  return (
    <div className={classes.use}>
      <div>
        <strong>{use.model}</strong>{" "}
        <Tag tone={use.is_available ? "good" : "bad"}>
          {use.is_available ? t(`purpose.${use.purpose}`) : t("use.gone")}
        </Tag>
        <p className={classes.faint}>
          {use.version === null ? waits : t("use.said", { version: use.version, count })}
          <Gap />
          {t("use.by", { name: use.created_by, ago: format.ago(use.created_at) })}
        </p>
        {stop.error ? (
          <Text role="alert" size="sm" c="var(--bad)">
            {errorText(stop.error, t)}
          </Text>
        ) : null}
      </div>
      <Button
        variant="default"
        size="xs"
        loading={stop.isPending}
        onClick={() => stop.mutate(use.purpose)}
      >
        {t("use.stop")}
      </Button>
    </div>
  );
}

interface Props {
  projectId: number;
  question: CatalogueQuestion;
  models: ReadonlyMap<string, CatalogueModel>;
}

/** Which models answer a question, and the form to choose another. */
export function QuestionPanel({ projectId, question, models }: Props) {
  const { t } = useTranslation("catalogue");
  const unfit = question.offers.filter(({ why_not_code }) => why_not_code !== null);
  return (
    <Panel title={question.title || question.question} note={t(`type.${question.type}`)}>
      <div className={classes.form}>
        {question.uses.map((use) => (
          <InUse key={use.purpose} projectId={projectId} question={question.question} use={use} />
        ))}
        {usable(question).length > 0 ? (
          <ChooseForm question={question} models={models} />
        ) : (
          <p className={classes.words}>{t("noOffer")}</p>
        )}
        {unfit.map(({ model, why_not_code }) => (
          <p key={model} className={classes.faint}>
            {t(`whyNot.${why_not_code}`, { model })}
          </p>
        ))}
      </div>
    </Panel>
  );
}
