import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { loadAnswerCheck } from "../../api/answerCheck";
import { ApiError, api } from "../../api/client";
import { projectKey } from "../../api/queries";
import type { Adjudication, AdjudicationReply, Dispute } from "../../api/types";
import type { AnswerCheck } from "../../core/check";
import { type Choice, UNDECIDED, type Verdict } from "./verdict";

export const disputesKey = (project: number) => [...projectKey(project), "disputes"] as const;

/** The answer is none by its schema: it was not sent, and the check goes on saying why. */
class AnswerRefused extends Error {
  readonly check: AnswerCheck;

  constructor(check: AnswerCheck) {
    super("The answer does not fit the questions.");
    this.check = check;
  }
}

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

interface Decision {
  dispute: Dispute;
  body: Adjudication;
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

/** The dispute on the desk, and what becomes of it. */
export function useDesk(project: number) {
  const queryClient = useQueryClient();
  const [dispute, setDispute] = useState<Dispute | null>(null);
  const [verdicts, setVerdicts] = useState<Readonly<Record<number, Verdict>>>({});
  const submissionId = useSubmissionId();
  const refreshQueue = () => queryClient.invalidateQueries({ queryKey: disputesKey(project) });

  const claiming = useMutation({
    mutationFn: (item: number | undefined) => take(project, item),
    onSuccess: (taken) => {
      setDispute(taken);
      deciding.reset();
      void refreshQueue();
    },
  });
  const deciding = useMutation({
    mutationFn: async ({ dispute: { item, guideline_version }, body }: Decision) => {
      const check = await loadAnswerCheck(queryClient, project, guideline_version);
      // Without the document the server alone says no; the draft stays here either way.
      if (check && check(body.answer).length > 0) throw new AnswerRefused(check);
      const path = `projects/${project}/disputes/${item}/adjudicate/`;
      return api.post<AdjudicationReply>(path, body);
    },
    onSuccess: (reply, { dispute: { item } }) => {
      setDispute(reply.next);
      setVerdicts(({ [item]: _decided, ...rest }) => rest);
      void refreshQueue();
    },
    onError: () => void refreshQueue(),
  });

  const { mutate: claim } = claiming;
  useEffect(() => claim(undefined), [claim]);
  const version = dispute?.guideline_version;
  useEffect(() => {
    // A head start, so that no decision has to wait for it.
    if (version !== undefined) void loadAnswerCheck(queryClient, project, version);
  }, [queryClient, project, version]);

  const verdict = (dispute && verdicts[dispute.item]) ?? UNDECIDED;
  return {
    dispute,
    verdict,
    claim,
    isClaiming: claiming.isPending || claiming.isIdle,
    claimError: claiming.error,
    isDeciding: deciding.isPending,
    decisionError: deciding.error instanceof AnswerRefused ? null : deciding.error,
    /** Refused the last decision before it was sent. */
    check: deciding.error instanceof AnswerRefused ? deciding.error.check : null,
    setVerdict: (change: (before: Verdict) => Verdict) => {
      if (!dispute) return;
      setVerdicts((before) => ({
        ...before,
        [dispute.item]: change(before[dispute.item] ?? UNDECIDED),
      }));
    },
    decide: (answer: Adjudication["answer"], adopted: Choice | null) => {
      if (!dispute || deciding.isPending) return;
      const said = { answer, reason: verdict.reason.trim(), ...(adopted ? { adopted } : {}) };
      const submission_id = submissionId(JSON.stringify([dispute.item, said]));
      deciding.mutate({ dispute, body: { submission_id, ...said } });
    },
  };
}

export type DeskControl = ReturnType<typeof useDesk>;
