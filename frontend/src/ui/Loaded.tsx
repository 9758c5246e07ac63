import type { ReactNode } from "react";
import { ErrorState } from "./ErrorState";
import { Waiting } from "./Waiting";

interface LoadedQuery<Data> {
  data: Data | undefined;
  error: unknown;
  refetch: () => unknown;
}

interface Props<Data> {
  query: LoadedQuery<Data>;
  waiting?: ReactNode;
  children: (data: Data) => ReactNode;
}

/** The three faces of anything fetched: waiting, failed with a way to try again, or there. */
export function Loaded<Data>({ query, waiting, children }: Props<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ErrorState error={query.error} onRetry={() => query.refetch()} />;
  return waiting ?? <Waiting />;
}
