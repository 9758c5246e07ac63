import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useReducer, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { useResume } from "../../api/held";
import { projectKey } from "../../api/queries";
import type { Guideline, LabelSchema, Policy, PolicyPreview, Project } from "../../api/types";
import { Notice } from "../../ui/Notice";
import { useFieldProblems } from "../../ui/useFieldProblems";
import { CheckNote } from "./CheckNote";
import { DEFAULT_POLICY } from "./policy/defaultPolicy";
import { Preview } from "./preview/Preview";
import { SetupTabs } from "./SetupTabs";
import { schemaReducer } from "./schema/schemaEdits";
import { useSchemaCheck } from "./schema/useSchemaCheck";
import classes from "./setup.module.css";
import { TrialPanel } from "./trial/TrialPanel";

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
      api.post<Guideline & { held: number }>(`projects/${projectId}/guidelines/`, next),
    onSuccess,
  });
  const savePolicy = useMutation({
    mutationFn: (next: Policy) => api.put(`projects/${projectId}/policy/`, next),
    onSuccess,
  });
  return { saveGuideline, savePolicy };
}

interface Trial {
  found: PolicyPreview;
  policy: Policy;
  /** The version that it was compared with. */
  inForce: number;
}

/** A policy on its way: changed, tried on the votes there are, and only then saved. */
function usePolicyDraft(project: Project) {
  // A policy that was saved by an older version says nothing of what is newer.
  const inForce = { ...DEFAULT_POLICY, ...project.policy };
  const [policy, setPolicy] = useState(inForce);
  const [trial, setTrial] = useState<Trial>();
  const tryOut = useMutation({
    mutationFn: (draft: Policy) =>
      api.post<PolicyPreview>(`projects/${project.id}/policy/preview/`, draft),
    onSuccess: (found, tried) =>
      setTrial({ found, policy: tried, inForce: project.policy_version }),
  });
  const isTried = sameJson(trial?.policy, policy) && trial?.inForce === project.policy_version;
  return {
    policy,
    setPolicy,
    tryOut,
    found: trial?.found,
    isTried,
    isChanged: !sameJson(policy, inForce),
  };
}

function DraftTrial({
  draft,
  problem,
}: {
  draft: ReturnType<typeof usePolicyDraft>;
  problem: string | undefined;
}) {
  const { t } = useTranslation("setup");
  const { policy, tryOut, found, isTried } = draft;
  const isRefused = tryOut.isError && sameJson(tryOut.variables, policy);
  return (
    <TrialPanel
      policy={policy}
      found={found}
      isStale={!isTried}
      isPending={tryOut.isPending}
      problem={isRefused ? (problem ?? t("trial.refused")) : undefined}
      onTry={() => tryOut.mutate(policy)}
    />
  );
}

interface FootNoteProps {
  complaint: string | undefined;
  needsTrial: boolean;
  children: ReactNode;
}

function FootNote({ complaint, needsTrial, children }: FootNoteProps) {
  const { t } = useTranslation("setup");
  if (complaint) return <span style={{ color: "var(--bad)" }}>{complaint}</span>;
  return needsTrial ? t("trial.first") : children;
}

/** What waited for the guideline that was just published. */
function HeldNotice({ projectId, held }: { projectId: number; held: number }) {
  const { t } = useTranslation("setup");
  const resume = useResume(projectId);
  if (held === 0 || resume.isSuccess) return null;
  return (
    <Notice tone="warn" title={t("published.held", { count: held })}>
      <Button
        size="compact-xs"
        loading={resume.isPending}
        onClick={() => resume.mutate(undefined)}
      >
        {t("published.resume")}
      </Button>
    </Notice>
  );
}

export function SetupForm({ project, guideline }: Props) {
  const { t } = useTranslation("setup");
  const [{ schema }, edit] = useReducer(schemaReducer, {
    schema: guideline.schema,
    idsFollow: false,
  });
  const [text, setText] = useState(guideline.text);
  const [tab, setTab] = useState("questions");
  const draft = usePolicyDraft(project);
  const check = useSchemaCheck(schema);
  const { saveGuideline, savePolicy } = useSaves(project.id);
  const refused = sameJson(savePolicy.variables, draft.policy) ? savePolicy.error : null;
  const guidelineProblems = useFieldProblems(saveGuideline.error, []);
  const policyProblems = useFieldProblems(
    refused ?? draft.tryOut.error,
    Object.keys(draft.policy),
  );
  const guidelineChanged = text !== guideline.text || !sameJson(schema, guideline.schema);
  const complaint = guidelineProblems.rest ?? policyProblems.rest;
  return (
    <>
      <HeldNotice projectId={project.id} held={saveGuideline.data?.held ?? 0} />
      <div className={classes.columns}>
        <SetupTabs
          schema={schema}
          problems={check.problems}
          onEdit={edit}
          guideline={text}
          onGuideline={setText}
          policy={draft.policy}
          policyProblemAt={policyProblems.at}
          onPolicy={draft.setPolicy}
          onTab={setTab}
        />
        {tab === "policy" ? (
          <DraftTrial draft={draft} problem={policyProblems.rest} />
        ) : (
          <Preview schema={schema} isSound={check.isSound} />
        )}
      </div>
      <footer className={classes.foot}>
        <span className={classes.footNote} role="status">
          <FootNote complaint={complaint} needsTrial={draft.isChanged && !draft.isTried}>
            <CheckNote check={check} />
          </FootNote>
        </span>
        <Button
          variant="default"
          disabled={!draft.isChanged || !draft.isTried}
          loading={savePolicy.isPending}
          onClick={() => savePolicy.mutate(draft.policy)}
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
