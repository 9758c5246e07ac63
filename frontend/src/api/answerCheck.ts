/** The check of answers under a version of the guideline, by the server's own schema document. */

import type { QueryClient } from "@tanstack/react-query";
import { answerCheck } from "../core/answerSchema";
import type { AnswerCheck } from "../core/check";
import { answerSchemaQuery } from "./queries";

const LONGEST_WAIT_MS = 2_000;

function within<Value>(milliseconds: number, promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("It takes too long.")), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Null when the document cannot be had now. It is fetched when work begins, so that is a lost
 * connection in the first seconds. The answer then goes on to the outbox: it must not be lost
 * over a document, and the server validates it with the same one and sends it back if it must.
 */
export async function loadAnswerCheck(
  queryClient: QueryClient,
  project: number,
  version: number,
): Promise<AnswerCheck | null> {
  try {
    const query = answerSchemaQuery(project, version);
    return answerCheck(await within(LONGEST_WAIT_MS, queryClient.ensureQueryData(query)));
  } catch {
    return null;
  }
}
