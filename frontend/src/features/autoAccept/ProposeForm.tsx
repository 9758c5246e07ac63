import { Button, NumberInput, Select, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { type Asked, outlookQuery, projectKey } from "../../api/queries";
import type { Acceptance, AutoAccept } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { useFieldProblems } from "../../ui/useFieldProblems";
import classes from "./autoAccept.module.css";
import { lowestAccepted, whyNoDraw } from "./decision";
import { Outlook } from "./Outlook";

const PERCENT = 100;
/** In per cent, as the server bounds them. */
const BOUNDS = { target: [0.1, 50], risk: [0.1, 50], rolling: [0, 20] } as const;

interface Wish {
  question: string;
  target: number;
  risk: number;
  rolling: number;
}

interface ShareProps {
  name: "target" | "risk" | "rolling";
  wish: Wish;
  error: string | undefined;
  onChange: (wish: Wish) => void;
}

function Share({ name, wish, error, onChange }: ShareProps) {
  const { t } = useTranslation("autoAccept");
  const [min, max] = BOUNDS[name];
  return (
    <NumberInput
      label={t(`${name}.label`)}
      description={t(`${name}.note`)}
      suffix="%"
      min={min}
      max={max}
      step={1}
      decimalScale={2}
      value={wish[name]}
      error={error}
      onChange={(value) => onChange({ ...wish, [name]: Number(value) })}
    />
  );
}

function usePropose(projectId: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ question, target, risk, rolling }: Wish) =>
      api.post<Acceptance>(`projects/${projectId}/auto-accept/`, {
        question,
        target: target / PERCENT,
        risk: risk / PERCENT,
        rolling_share: rolling / PERCENT,
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: projectKey(projectId) }),
  });
}

interface Props {
  projectId: number;
  questions: AutoAccept["questions"];
  results: readonly Acceptance[];
}

/** The last step, which is open only where the outlook has something to draw from. */
function Draw({ asked, isSending, ...props }: Props & { asked: Asked; isSending: boolean }) {
  const { t } = useTranslation("autoAccept");
  const outlook = useQuery(outlookQuery(props.projectId, asked));
  const question = props.questions.find((one) => one.question === asked.question);
  const below = question ? lowestAccepted(props.results, question) : Number.POSITIVE_INFINITY;
  const why = outlook.data ? whyNoDraw(outlook.data, below) : null;
  const reason = useId();
  return (
    <div className={classes.buttons}>
      <Button
        type="submit"
        loading={isSending}
        disabled={why !== null}
        aria-describedby={why ? reason : undefined}
      >
        {t("propose.button")}
      </Button>
      {why ? (
        <p id={reason} className={classes.words}>
          {t(`noDraw.${why}`)}
        </p>
      ) : null}
    </div>
  );
}

export function ProposeForm(props: Props) {
  const { projectId, questions } = props;
  const { t } = useTranslation("autoAccept");
  const format = useFormat();
  const [first] = questions;
  const [wish, setWish] = useState<Wish>({
    question: first?.question ?? "",
    target: 5,
    risk: 5,
    rolling: 2,
  });
  const propose = usePropose(projectId);
  const problems = useFieldProblems(propose.error, ["target", "risk", "rolling_share"]);
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    propose.mutate(wish);
  };
  const asked = {
    question: wish.question,
    target: wish.target / PERCENT,
    risk: wish.risk / PERCENT,
  };
  return (
    <Panel title={t("propose.title")} note={t("propose.note")}>
      <form onSubmit={handleSubmit} className={classes.form}>
        <div className={classes.fields}>
          <Select
            label={t("question")}
            description={t("questionNote")}
            data={questions.map(({ question, title }) => ({
              value: question,
              label: title || question,
            }))}
            value={wish.question}
            allowDeselect={false}
            onChange={(question) => question && setWish({ ...wish, question })}
          />
          <Share name="target" wish={wish} error={problems.at("target")} onChange={setWish} />
          <Share name="risk" wish={wish} error={problems.at("risk")} onChange={setWish} />
          <Share
            name="rolling"
            wish={wish}
            error={problems.at("rolling_share")}
            onChange={setWish}
          />
        </div>
        <p className={classes.words}>
          {t("inWords", {
            target: format.chosenPercent(asked.target),
            risk: format.chosenPercent(asked.risk),
          })}
        </p>
        <Outlook projectId={projectId} asked={asked} />
        {problems.rest ? (
          <Text role="alert" size="sm" c="var(--bad)">
            {problems.rest}
          </Text>
        ) : null}
        <Draw {...props} asked={asked} isSending={propose.isPending} />
      </form>
    </Panel>
  );
}
