import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, rememberCsrfToken } from "./client";
import type {
  Appeal,
  Application,
  AutoAccept,
  Board,
  Catalogue,
  Gold,
  Home,
  ItemDetail,
  Job,
  Llm,
  Member,
  ModelOverview,
  NearDuplicates,
  Outlook,
  OwnRecord,
  OwnSimilar,
  Page,
  Pool,
  Production,
  ProductionCase,
  Project,
  Rejection,
  Release,
  Session,
  Similar,
  Token,
  TrailEvent,
  Tunings,
  Why,
} from "./types";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }) => {
    const session = await api.get<Session>("session/", { signal });
    rememberCsrfToken(session.csrf_token);
    return session;
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export const homeQuery = queryOptions({
  queryKey: ["home"],
  queryFn: ({ signal }) => api.get<Home>("home/", { signal }),
});

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => api.get<Token[]>("tokens/", { signal }),
});

export const projectKey = (project: number) => ["project", project] as const;

export const projectQuery = (project: number) =>
  queryOptions({
    queryKey: projectKey(project),
    queryFn: ({ signal }) => api.get<Project>(`projects/${project}/`, { signal }),
    staleTime: 60_000,
  });

/** What an answer is under a version of the guideline. A version never changes: one fetch does. */
export const answerSchemaQuery = (project: number, version: number) =>
  queryOptions({
    queryKey: ["answer-schema", project, version],
    queryFn: ({ signal }) =>
      api.get<Record<string, unknown>>(`projects/${project}/answer-schema/`, {
        query: { version },
        signal,
      }),
    gcTime: Number.POSITIVE_INFINITY,
    // Offline it fails at once instead of waiting for the network: nobody waits behind it.
    networkMode: "always",
    retry: false,
  });

export type Bucket = "hour" | "minute";

export const boardQuery = (project: number, bucket: Bucket) =>
  queryOptions({
    queryKey: [...projectKey(project), "board", bucket],
    queryFn: ({ signal }) =>
      api.get<Board>(`projects/${project}/board/`, { query: { bucket }, signal }),
    placeholderData: keepPreviousData,
  });

export const recentEventsQuery = (project: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "board", "events"],
    queryFn: ({ signal }) =>
      api.get<Page<TrailEvent>>(`projects/${project}/events/`, { query: { limit: 12 }, signal }),
  });

export const itemQuery = (project: number, item: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "items", "one", item],
    queryFn: ({ signal }) => api.get<ItemDetail>(`projects/${project}/items/${item}/`, { signal }),
  });

/** Every decision on an item, made again; below the item's key, so that a live item reloads it. */
export const whyQuery = (project: number, item: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "items", "one", item, "why"],
    queryFn: ({ signal }) => api.get<Why>(`items/${item}/why/`, { signal }),
  });

export const jobsQuery = (project: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "jobs"],
    queryFn: ({ signal }) => api.get<Page<Job>>(`projects/${project}/jobs/`, { signal }),
  });

const JOB_POLL_MS = 1_000;

export function isUnderWay(job: Job | undefined | null): boolean {
  return job?.state === "queued" || job?.state === "running";
}

export const jobQuery = (project: number, job: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "jobs", job],
    queryFn: ({ signal }) => api.get<Job>(`jobs/${job}/`, { signal }),
    refetchInterval: ({ state }) => (isUnderWay(state.data) ? JOB_POLL_MS : false),
  });

export const rejectionsQuery = (project: number, job: number) =>
  infiniteQueryOptions({
    queryKey: [...projectKey(project), "jobs", job, "rejections"],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Rejection>>(`jobs/${job}/rejections/`, {
        query: { cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });

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

export const poolsQuery = (project: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "pools"],
    queryFn: ({ signal }) => api.get<Page<Pool>>(`projects/${project}/pools/`, { signal }),
  });

export const recordQuery = (project: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "record"],
    queryFn: ({ signal }) => api.get<OwnRecord>(`projects/${project}/record/`, { signal }),
  });

export const appealsQuery = (project: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "appeals"],
    queryFn: ({ signal }) => api.get<Page<Appeal>>(`projects/${project}/appeals/`, { signal }),
  });

export const goldQuery = (project: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "gold"],
    queryFn: ({ signal }) => api.get<Page<Gold>>(`projects/${project}/gold/`, { signal }),
  });

export const modelQuery = (project: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "model"],
    queryFn: ({ signal }) => api.get<ModelOverview>(`projects/${project}/model/`, { signal }),
  });

export const tuningQuery = (project: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "model", "tuning"],
    queryFn: ({ signal }) => api.get<Tunings>(`projects/${project}/model/tuning/`, { signal }),
  });

export const llmQuery = (project: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "llm"],
    queryFn: ({ signal }) => api.get<Llm>(`projects/${project}/llm/`, { signal }),
  });

export const catalogueQuery = (project: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "catalogue"],
    queryFn: ({ signal }) => api.get<Catalogue>(`projects/${project}/catalogue/`, { signal }),
  });

export const productionQuery = (project: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "production"],
    queryFn: ({ signal }) => api.get<Production>(`projects/${project}/production/`, { signal }),
  });

export const casesQuery = (project: number) =>
  infiniteQueryOptions({
    queryKey: [...projectKey(project), "production", "cases"],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<ProductionCase>>(`projects/${project}/production/cases/`, {
        query: { cursor: pageParam, limit: 20 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });

export const applicationsQuery = (project: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "production", "applications"],
    queryFn: ({ signal }) =>
      api.get<Application[]>(`projects/${project}/applications/`, { signal }),
  });

export const autoAcceptQuery = (project: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "autoAccept"],
    queryFn: ({ signal }) => api.get<AutoAccept>(`projects/${project}/auto-accept/`, { signal }),
  });

export const nearDuplicatesQuery = (project: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "nearDuplicates"],
    queryFn: ({ signal }) =>
      api.get<NearDuplicates>(`projects/${project}/near-duplicates/`, { signal }),
  });

/** Below the item's key, so that a live item reloads it. */
export const similarQuery = (project: number, item: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "items", "one", item, "similar"],
    queryFn: ({ signal }) =>
      api.get<Similar>(`projects/${project}/items/${item}/similar/`, { signal }),
  });

/** The own answers to items like the one at hand. */
export const ownSimilarQuery = (assignment: string) =>
  queryOptions({
    queryKey: ["ownSimilar", assignment],
    queryFn: ({ signal }) => api.get<OwnSimilar>(`assignments/${assignment}/similar/`, { signal }),
  });

export interface Asked {
  question: string;
  target: number;
  risk: number;
}

/** It counts the project's open items, so it is asked when somebody wants to know. */
export const outlookQuery = (project: number, { question, target, risk }: Asked) =>
  queryOptions({
    // Not below the project's key: what makes that stale would count all items again.
    queryKey: ["outlook", project, question, target, risk],
    queryFn: ({ signal }) =>
      api.get<Outlook>(
        `projects/${project}/auto-accept/outlook/?${new URLSearchParams({ question, target: `${target}`, risk: `${risk}` })}`,
        { signal },
      ),
    retry: false,
  });

export const releasesQuery = (project: number) =>
  queryOptions({
    queryKey: [...projectKey(project), "releases"],
    queryFn: ({ signal }) => api.get<Page<Release>>(`projects/${project}/releases/`, { signal }),
  });
