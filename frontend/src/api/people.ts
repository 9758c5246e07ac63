/** Who works in a project. */

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "./client";
import { projectKey } from "./queries";
import type { Member, MemberSkips, Page } from "./types";

export const membersQuery = (project: number) =>
  infiniteQueryOptions({
    queryKey: [...projectKey(project), "members"],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Member>>(`projects/${project}/members/`, {
        query: { cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });

export const skipsQuery = (project: number, member: number) =>
  infiniteQueryOptions({
    queryKey: [...projectKey(project), "members", member, "skips"],
    queryFn: ({ pageParam, signal }) =>
      api.get<MemberSkips>(`projects/${project}/members/${member}/skips/`, {
        query: { cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });

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
