import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "./client";
import type { ItemFilter } from "./itemFilter";
import { projectKey } from "./queries";
import type { ItemPage, Job, Page, SavedView } from "./types";

/** Where a page of the items begins: after an item, or before one. */
export interface Place {
  cursor?: string;
  before?: string;
}

const itemsKey = (project: number) => [...projectKey(project), "items"] as const;
/** A list that has filters and saved views. */
export type Listing = "items" | "disputes";
/** Names and texts, as the address of a list takes them. */
export type Filter = Partial<Record<string, string>>;

const viewsKey = (project: number, of: Listing) => [...projectKey(project), "views", of] as const;
const viewsPath = (project: number, of: Listing) =>
  `projects/${project}/${of === "disputes" ? "disputes/" : ""}views/`;

export const itemPageQuery = (project: number, filter: ItemFilter, place: Place) =>
  queryOptions({
    queryKey: [...itemsKey(project), "page", filter, place],
    queryFn: ({ signal }) =>
      api.get<ItemPage>(`projects/${project}/items/`, { query: { ...filter, ...place }, signal }),
  });

interface Count {
  items: number;
  is_more: boolean;
}

export const itemCountQuery = (project: number, filter: ItemFilter) =>
  queryOptions({
    queryKey: [...itemsKey(project), "count", filter],
    queryFn: ({ signal }) =>
      api.get<Count>(`projects/${project}/items/count/`, { query: filter, signal }),
  });

export const viewsQuery = (project: number, of: Listing) =>
  queryOptions({
    queryKey: viewsKey(project, of),
    queryFn: ({ signal }) => api.get<Page<SavedView>>(viewsPath(project, of), { signal }),
  });

interface BulkRequest {
  action: "resume" | "withdraw" | "prioritise";
  band?: number;
  items?: number[];
  query?: ItemFilter;
}

export type BulkAction = BulkRequest["action"];

export function useBulk(project: number) {
  return useMutation({
    mutationFn: (request: BulkRequest) =>
      api.post<Job>(`projects/${project}/items/bulk/`, request),
  });
}

export function useCancelJob() {
  return useMutation({ mutationFn: (job: number) => api.post<Job>(`jobs/${job}/cancel/`) });
}

interface ViewDraft {
  name: string;
  query: Filter;
  shared: boolean;
}

/** Saves, renames or forgets a view; the list of views is read again. */
export function useViews(project: number, of: Listing) {
  const queryClient = useQueryClient();
  const path = viewsPath(project, of);
  const onSuccess = () => queryClient.invalidateQueries({ queryKey: viewsKey(project, of) });
  return {
    save: useMutation({
      mutationFn: (view: ViewDraft) => api.post<SavedView>(path, view),
      onSuccess,
    }),
    rename: useMutation({
      mutationFn: ({ id, name }: { id: number; name: string }) =>
        api.patch<SavedView>(`${path}${id}/`, { name }),
      onSuccess,
    }),
    forget: useMutation({
      mutationFn: (id: number) => api.delete(`${path}${id}/`),
      onSuccess,
    }),
  };
}
