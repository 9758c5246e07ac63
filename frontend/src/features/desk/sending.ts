/** What the desk sends to the server. Answers are checked before they go. */

import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { loadAnswerCheck } from "../../api/answerCheck";
import { api } from "../../api/client";
import type { Adjudication, AdjudicationReply, Answer, Dispute } from "../../api/types";
import type { AnswerCheck } from "../../core/check";

/** The answer is none by its schema: it was not sent, and the check goes on saying why. */
export class AnswerRefused extends Error {
  readonly check: AnswerCheck;

  constructor(check: AnswerCheck) {
    super("The answer does not fit the questions.");
    this.check = check;
  }
}

interface Sent {
  dispute: Dispute;
  body: { submission_id: string; answer: Answer };
}

interface Decision extends Sent {
  body: Adjudication;
}

/** Throws AnswerRefused when the schema says that it is no answer. */
async function checkAnswer(queryClient: QueryClient, project: number, sent: Sent): Promise<void> {
  const check = await loadAnswerCheck(queryClient, project, sent.dispute.guideline_version);
  // Without the document the server alone says no; the draft stays here either way.
  if (check && check(sent.body.answer).length > 0) throw new AnswerRefused(check);
}

/** Commits the own answer, blind, and gets the votes. */
export function useReveal(project: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (sent: Sent) => {
      await checkAnswer(queryClient, project, sent);
      const path = `projects/${project}/disputes/${sent.dispute.item}/reveal/`;
      return api.post<Dispute>(path, sent.body);
    },
  });
}

/** Leaves a dispute to the leads. */
export function useEscalate(project: number) {
  return useMutation({
    mutationFn: ({ item, reason }: { item: number; reason: string }) =>
      api.post<{ next: Dispute | null }>(`projects/${project}/disputes/${item}/escalate/`, {
        reason,
      }),
  });
}

/** Sends the decision. */
export function useDecide(project: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (sent: Decision) => {
      await checkAnswer(queryClient, project, sent);
      const path = `projects/${project}/disputes/${sent.dispute.item}/adjudicate/`;
      return api.post<AdjudicationReply>(path, sent.body);
    },
  });
}
