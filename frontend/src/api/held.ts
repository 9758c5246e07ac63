import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "./client";
import { projectKey } from "./queries";

interface Resumed {
  resumed: number;
  left: number;
}

/** Lets held items go on: one, or all of them, as many requests as that takes. */
export function useResume(projectId: number) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (item: number | undefined) => {
      const path = `projects/${projectId}/held/resume/`;
      if (item !== undefined) return api.post<Resumed>(path, { items: [item] });
      let reply = await api.post<Resumed>(path, {});
      while (reply.resumed > 0 && reply.left > 0) reply = await api.post<Resumed>(path, {});
      return reply;
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: projectKey(projectId) }),
  });
}
