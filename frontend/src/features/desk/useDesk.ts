import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { loadAnswerCheck } from "../../api/answerCheck";
import { ApiError, api } from "../../api/client";
import { projectKey } from "../../api/queries";
import type { AdjudicationReply, Answer, Dispute } from "../../api/types";
import { AnswerRefused, useDecide, useEscalate, useReveal } from "./sending";
import { type Choice, UNDECIDED, type Verdict } from "./verdict";
import { Verdicts } from "./verdicts";

export const disputesKey = (project: number) => [...projectKey(project), "disputes"] as const;

/** The same decision sent twice has one id; a changed one is another decision. */
function useSubmissionId() {
  const latest = useRef({ content: "", id: "" });
  return (content: string) => {
    if (latest.current.content !== content) {
      latest.current = { content, id: crypto.randomUUID() };
    }
    return latest.current.id;
  };
}

async function take(project: number, item: number | undefined): Promise<Dispute | null> {
  const path = `projects/${project}/disputes/`;
  try {
    return (await api.post<{ dispute: Dispute | null }>(`${path}claim/`, { item })).dispute;
  } catch (error) {
    const isHeld = error instanceof ApiError && error.code === "held_by_other";
    // Another expert has it: it can still be read.
    if (isHeld && item !== undefined) return api.get<Dispute>(`${path}${item}/`);
    throw error;
  }
}

/** Loads what answers are checked by, so that no decision has to wait for it. */
function useHeadStart(project: number, version: number | undefined): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (version !== undefined) void loadAnswerCheck(queryClient, project, version);
  }, [queryClient, project, version]);
}

function useVerdicts(project: number, user: number): Verdicts {
  const [verdicts] = useState(() => new Verdicts(localStorage, user, project));
  useSyncExternalStore(verdicts.state.subscribe, verdicts.state.read);
  return verdicts;
}

/** The dispute on the desk, and what becomes of it. */
export function useDesk(project: number, user: number) {
  const queryClient = useQueryClient();
  const [dispute, setDispute] = useState<Dispute | null>(null);
  const verdicts = useVerdicts(project, user);
  const submissionId = useSubmissionId();
  const deciding = useDecide(project);
  const revealing = useReveal(project);
  const escalating = useEscalate(project);
  const claiming = useMutation({
    mutationFn: (item: number | undefined) => take(project, item),
    onSuccess: (taken) => show(taken),
  });
  /** What became of the last decision, until the next thing happens. */
  const [outcome, setOutcome] = useState<AdjudicationReply["outcome"] | null>(null);
  const refreshQueue = () => queryClient.invalidateQueries({ queryKey: disputesKey(project) });
  const show = (next: Dispute | null, became: typeof outcome = null) => {
    setDispute(next);
    setOutcome(became);
    for (const sending of [deciding, revealing, escalating]) sending.reset();
    void refreshQueue();
  };
  /** The server has it now: what was begun of this dispute is over. */
  const goOn: typeof show = (next, became) => {
    if (dispute) verdicts.forget(dispute);
    show(next, became);
  };

  const { mutate: claim } = claiming;
  useEffect(() => claim(undefined), [claim]);
  useHeadStart(project, dispute?.guideline_version);

  const isSending = deciding.isPending || revealing.isPending || escalating.isPending;
  const failure = deciding.error ?? revealing.error ?? escalating.error;
  const verdict = dispute ? verdicts.of(dispute) : UNDECIDED;
  return {
    dispute,
    verdict,
    claim,
    isClaiming: claiming.isPending || claiming.isIdle,
    claimError: claiming.error,
    isDeciding: isSending,
    decisionError: failure instanceof AnswerRefused ? null : failure,
    /** Refused the last answer before it was sent. */
    check: failure instanceof AnswerRefused ? failure.check : null,
    outcome,
    setVerdict: (change: (before: Verdict) => Verdict) => {
      if (dispute) verdicts.change(dispute, change);
    },
    reveal: (answer: Answer) => {
      if (!dispute || isSending) return;
      const submission_id = submissionId(JSON.stringify([dispute.item, "blind", answer]));
      // The blind answer is stored: what is changed from now on starts from it again.
      const onSuccess = (shown: Dispute) => goOn(shown);
      revealing.mutate({ dispute, body: { submission_id, answer } }, { onSuccess });
    },
    escalate: (reason: string) => {
      if (!dispute || isSending) return;
      escalating.mutate({ item: dispute.item, reason }, { onSuccess: ({ next }) => goOn(next) });
    },
    decide: (answer: Answer, adopted: Choice | null) => {
      if (!dispute || isSending) return;
      const said = { answer, reason: verdict.reason.trim(), ...(adopted ? { adopted } : {}) };
      const submission_id = submissionId(JSON.stringify([dispute.item, said]));
      const onSuccess = (reply: AdjudicationReply) => goOn(reply.next, reply.outcome);
      const onError = () => void refreshQueue();
      deciding.mutate({ dispute, body: { submission_id, ...said } }, { onSuccess, onError });
    },
  };
}

export type DeskControl = ReturnType<typeof useDesk>;
