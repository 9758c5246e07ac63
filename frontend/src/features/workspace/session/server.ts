/** The workspace's words with the server. */

import { ApiError, api } from "../../../api/client";
import type {
  Assignment,
  SkipReason,
  Submission,
  SubmissionReply,
  Work,
} from "../../../api/types";
import type { SendResult } from "../../../core/outbox/outbox";
import type { OutboxEntry } from "../../../core/outbox/store";
import type { Answer } from "../../../core/schema";
import type { Kept } from "./drafts";

export interface SubmitPayload {
  project: number;
  assignment: string;
  body: Submission;
}

interface SkipPayload {
  project: number;
  assignment: string;
  body: { reason: SkipReason; comment: string };
}

/** The items, and where the person stands now. */
export interface Claimed {
  assignments: Assignment[];
  rung: Work["standing"]["rung"];
}

export interface WorkspaceServer {
  work(): Promise<Work>;
  claim(count: number): Promise<Claimed>;
  heartbeat(assignment: string): Promise<void>;
  saveDraft(assignment: string, kept: Kept): Promise<void>;
  /** Keeps a first answer; what the model says, if there is anything to be seen. */
  check(assignment: string, answer: Answer): Promise<Assignment["prediction"]>;
}

export function workspaceServer(project: number): WorkspaceServer {
  return {
    work: () => api.get<Work>(`projects/${project}/work/`),
    claim: (count) => api.post<Claimed>(`projects/${project}/claim/`, { count }),
    heartbeat: async (assignment) => {
      await api.post(`assignments/${assignment}/heartbeat/`);
    },
    saveDraft: async (assignment, { answer, comment, isUnsure, changedAt }) => {
      const changed_at = new Date(changedAt).toISOString();
      const body = { answer, comment, unsure: isUnsure, changed_at };
      await api.put(`assignments/${assignment}/draft/`, body);
    },
    check: async (assignment, answer) => {
      const path = `assignments/${assignment}/check/`;
      return (await api.post<{ prediction: Assignment["prediction"] }>(path, { answer }))
        .prediction;
    },
  };
}

const AGAIN = new Set([0, 408, 425, 429]);

/** What a failed sending means for the outbox. */
function resultOf(error: unknown): SendResult {
  if (!(error instanceof ApiError) || AGAIN.has(error.status) || error.status >= 500) {
    return { kind: "retry" };
  }
  if (error.status === 401) return { kind: "signed_out" };
  const { code, message } = error;
  return { kind: "refused", code, message, problems: [...error.problems] };
}

async function sendSkip({ assignment, body }: SkipPayload): Promise<SendResult> {
  try {
    await api.post(`assignments/${assignment}/skip/`, body);
  } catch (error) {
    const result = resultOf(error);
    // A skip that comes twice, or too late, has nothing left to do.
    if (result.kind !== "refused") return result;
  }
  return { kind: "done", reply: null };
}

async function sendSubmission({ assignment, body }: SubmitPayload): Promise<SendResult> {
  try {
    const reply = await api.post<SubmissionReply>(`assignments/${assignment}/submit/`, body);
    return { kind: "done", reply };
  } catch (error) {
    return resultOf(error);
  }
}

/** The outbox keeps payloads as they were put in, so their kind says what they are. */
export function sendEntry(entry: OutboxEntry): Promise<SendResult> {
  if (entry.kind === "skip") return sendSkip(entry.payload as SkipPayload);
  return sendSubmission(entry.payload as SubmitPayload);
}
