import { queryOptions } from "@tanstack/react-query";
import { api } from "./client";
import { projectKey } from "./queries";
import type { Member, Page } from "./types";

const MOST_FOUND = 20;

/** Those in whose names `search` occurs; the first of all when it is empty. */
export const memberSearchQuery = (project: number, search: string) =>
  queryOptions({
    queryKey: [...projectKey(project), "members", "search", search],
    queryFn: ({ signal }) =>
      api.get<Page<Member>>(`projects/${project}/members/`, {
        query: { search, limit: `${MOST_FOUND}` },
        signal,
      }),
  });

/** The one with this key, or nobody: pages go by the key, so it begins the page behind the last. */
export const memberQuery = (project: number, id: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "members", "one", id],
    queryFn: async ({ signal }) => {
      const { results } = await api.get<Page<Member>>(`projects/${project}/members/`, {
        query: { cursor: `${id - 1}`, limit: "1" },
        signal,
      });
      return results[0]?.id === id ? results[0] : null;
    },
  });
