import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client";
import { projectKey } from "../../api/queries";
import type { NearDuplicates } from "../../api/types";

/** Changes some of the rules; what is left out stays as it is. */
export function useRules(projectId: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (rules: Partial<NearDuplicates["rules"]>) =>
      api.put<NearDuplicates>(`projects/${projectId}/near-duplicates/`, rules),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: projectKey(projectId) }),
  });
}

/** Looks for near-duplicates, by new rules where some are given. */
export function useSearch(projectId: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (rules: Partial<NearDuplicates["rules"]>) => {
      if (Object.keys(rules).length > 0) {
        await api.put<NearDuplicates>(`projects/${projectId}/near-duplicates/`, rules);
      }
      return api.post<unknown>(`projects/${projectId}/near-duplicates/find/`);
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: projectKey(projectId) }),
  });
}
