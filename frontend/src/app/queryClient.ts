import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../api/client";

/** A refusal will not change by asking again; a lost connection may. */
function worthRetrying(failures: number, error: Error): boolean {
  const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
  return !refused && failures < 2;
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { staleTime: 5_000, retry: worthRetrying } },
  });
}
