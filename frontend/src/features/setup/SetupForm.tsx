import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useReducer, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { projectKey } from "../../api/queries";
import type { Guideline, LabelSchema, Policy, Project } from "../../api/types";
import { useFieldProblems } from "../../ui/useFieldProblems";
import { CheckNote } from "./CheckNote";
import { Preview } from "./preview/Preview";
import { SetupTabs } from "./SetupTabs";
import { schemaReducer } from "./schema/schemaEdits";
import { useSchemaCheck } from "./schema/useSchemaCheck";
import classes from "./setup.module.css";

interface Props {
  project: Project;
  guideline: Guideline;
}

const sameJson = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function useSaves(projectId: number) {
  const queryClient = useQueryClient();
  // Guideline, policy, board's agreement by question: all of the project may look different now.
  const onSuccess = () => queryClient.invalidateQueries({ queryKey: projectKey(projectId) });
  const saveGuideline = useMutation({
    mutationFn: (next: { text: string; schema: LabelSchema }) =>
      api.post<Guideline>(`projects/${projectId}/guidelines/`, next),
    onSuccess,
  });
  const savePolicy = useMutation({
    mutationFn: (next: Policy) => api.put(`projects/${projectId}/policy/`, next),
    onSuccess,
  });
  return { saveGuideline, savePolicy };
}

export function SetupForm({ project, guideline }: Props) {
  const { t } = useTranslation("setup");
  const [{ schema }, edit] = useReducer(schemaReducer, {
    schema: guideline.schema,
    idsFollow: false,
  });
  const [text, setText] = useState(guideline.text);
  const [policy, setPolicy] = useState(project.policy);
  const check = useSchemaCheck(schema);
  const { saveGuideline, savePolicy } = useSaves(project.id);
  const guidelineProblems = useFieldProblems(saveGuideline.error, []);
  const policyFields = Object.keys(policy);
  const policyProblems = useFieldProblems(savePolicy.error, policyFields);
  const guidelineChanged = text !== guideline.text || !sameJson(schema, guideline.schema);
  const policyChanged = !sameJson(policy, project.policy);
  const complaint = guidelineProblems.rest ?? policyProblems.rest;
  return (
    <>
      <div className={classes.columns}>
        <SetupTabs
          schema={schema}
          problems={check.problems}
          onEdit={edit}
          guideline={text}
          onGuideline={setText}
          policy={policy}
          policyProblemAt={policyProblems.at}
          onPolicy={setPolicy}
        />
        <Preview schema={schema} isSound={check.isSound} />
      </div>
      <footer className={classes.foot}>
        <span className={classes.footNote} role="status">
          {complaint ? (
            <span style={{ color: "var(--bad)" }}>{complaint}</span>
          ) : (
            <CheckNote check={check} />
          )}
        </span>
        <Button
          variant="default"
          disabled={!policyChanged}
          loading={savePolicy.isPending}
          onClick={() => savePolicy.mutate(policy)}
        >
          {t("savePolicy")}
        </Button>
        <Button
          disabled={!guidelineChanged || !check.isSound}
          loading={saveGuideline.isPending}
          onClick={() => saveGuideline.mutate({ text, schema })}
        >
          {t("saveVersion", { version: guideline.version + 1 })}
        </Button>
      </footer>
    </>
  );
}
