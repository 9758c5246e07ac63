import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../../api/client";
import type { LabelSchema, Problem, SchemaCheck } from "../../../api/types";

const PAUSE_MS = 400;
const NONE: readonly Problem[] = [];

export interface CheckState {
  problems: readonly Problem[];
  /** The server has read exactly this schema and found nothing wrong. */
  isSound: boolean;
  isChecking: boolean;
}

/** Asks the server, a moment after the last edit, whether the schema holds together. */
export function useSchemaCheck(schema: LabelSchema): CheckState {
  const [settled] = useDebouncedValue(schema, PAUSE_MS);
  const check = useQuery({
    queryKey: ["label-schema", "check", settled],
    queryFn: ({ signal }) =>
      api.post<SchemaCheck>("label-schema/check/", { schema: settled }, { signal }),
    placeholderData: (previous) => previous,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const isCurrent = settled === schema && !check.isPlaceholderData && !check.isFetching;
  return {
    problems: check.data?.problems ?? NONE,
    isSound: isCurrent && check.data?.ok === true,
    isChecking: !isCurrent,
  };
}
