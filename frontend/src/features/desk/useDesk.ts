import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ApiError, api } from "../../api/client";
import { projectKey } from "../../api/queries";
import type { Adjudication, AdjudicationReply, Dispute } from "../../api/types";
import { type Choice, UNDECIDED, type Verdict } from "./verdict";

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
    mutationFn: ({ item, body }: { item: number; body: Adjudication }) =>
      api.post<AdjudicationReply>(`projects/${project}/disputes/${item}/adjudicate/`, body),
    onSuccess: (reply, { item }) => {
      setDispute(reply.next);
      setVerdicts(({ [item]: _decided, ...rest }) => rest);
      void refreshQueue();
    },
    onError: () => void refreshQueue(),
  });

  const { mutate: claim } = claiming;
  useEffect(() => claim(undefined), [claim]);

  const verdict = (dispute && verdicts[dispute.item]) ?? UNDECIDED;
  return {
    dispute,
    verdict,
    claim,
    isClaiming: claiming.isPending || claiming.isIdle,
    claimError: claiming.error,
    isDeciding: deciding.isPending,
    decisionError: deciding.error,
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
      deciding.mutate({ item: dispute.item, body: { submission_id, ...said } });
    },
  };
}

export type DeskControl = ReturnType<typeof useDesk>;
