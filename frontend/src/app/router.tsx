import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouterHistory,
  redirect,
} from "@tanstack/react-router";
import i18next from "i18next";
import { readFilter } from "../api/itemFilter";
import { projectQuery, sessionQuery } from "../api/queries";
import { AppLayout } from "./layout/AppLayout";
import { FullScreen } from "./layout/FullScreen";
import { NotFound, RouteError, RouteWaiting } from "./layout/RouteStates";

interface Context {
  queryClient: QueryClient;
}

/** A screen's words come along with its code, not after it. */
const words =
  (...namespaces: string[]) =>
  async () => {
    await i18next.loadNamespaces(namespaces);
  };

const root = createRootRouteWithContext<Context>()({ component: Outlet });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    typeof search.next === "string" ? { next: search.next } : {},
  loader: words("auth"),
  component: lazyRouteComponent(() => import("../features/auth/SignInScreen"), "SignInScreen"),
});

/** Everything below needs a person; who is unknown goes to the door first and comes back after. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (!session.user) throw redirect({ to: "/sign-in", search: { next: location.pathname } });
    // Before anything is drawn: a screen that begins in another language would keep its examples.
    const { language } = session.user;
    if (i18next.language !== language) await i18next.changeLanguage(language);
  },
  component: Outlet,
});

const framed = createRoute({
  getParentRoute: () => signedIn,
  id: "framed",
  component: AppLayout,
});

const home = createRoute({
  getParentRoute: () => framed,
  path: "/",
  loader: words("home"),
  component: lazyRouteComponent(() => import("../features/home/HomeScreen"), "HomeScreen"),
});

const settings = createRoute({
  getParentRoute: () => framed,
  path: "/settings",
  loader: words("settings"),
  component: lazyRouteComponent(
    () => import("../features/settings/SettingsScreen"),
    "SettingsScreen",
  ),
});

const newProject = createRoute({
  getParentRoute: () => framed,
  path: "/projects/new",
  loader: words("setup", "labelTypes"),
  component: lazyRouteComponent(
    () => import("../features/setup/NewProjectScreen"),
    "NewProjectScreen",
  ),
});

const projectParams = {
  parse: ({ projectId }: { projectId: string }) => ({ projectId: Number(projectId) }),
  stringify: ({ projectId }: { projectId: number }) => ({ projectId: `${projectId}` }),
};

const project = createRoute({
  getParentRoute: () => framed,
  path: "/projects/$projectId",
  params: projectParams,
  component: lazyRouteComponent(
    () => import("../features/projects/ProjectLayout"),
    "ProjectLayout",
  ),
});

const FIRST_SCREEN = {
  owner: "/projects/$projectId/board",
  lead: "/projects/$projectId/board",
  expert: "/projects/$projectId/disputes",
  crowd: "/projects/$projectId/work",
} as const;

const projectIndex = createRoute({
  getParentRoute: () => project,
  path: "/",
  beforeLoad: async ({ context, params }) => {
    const { role } = await context.queryClient.ensureQueryData(projectQuery(params.projectId));
    throw redirect({ to: FIRST_SCREEN[role], params, replace: true });
  },
});

const board = createRoute({
  getParentRoute: () => project,
  path: "/board",
  loader: words("board"),
  component: lazyRouteComponent(() => import("../features/board/BoardScreen"), "BoardScreen"),
});

const items = createRoute({
  getParentRoute: () => project,
  path: "/items",
  validateSearch: readFilter,
  loader: words("items"),
  component: lazyRouteComponent(() => import("../features/items/ItemsScreen"), "ItemsScreen"),
});

const item = createRoute({
  getParentRoute: () => project,
  path: "/items/$itemId",
  params: {
    parse: ({ itemId }: { itemId: string }) => ({ itemId: Number(itemId) }),
    stringify: ({ itemId }: { itemId: number }) => ({ itemId: `${itemId}` }),
  },
  loader: words("items", "labelTypes"),
  component: lazyRouteComponent(() => import("../features/items/ItemScreen"), "ItemScreen"),
});

const intake = createRoute({
  getParentRoute: () => project,
  path: "/import",
  loader: words("intake"),
  component: lazyRouteComponent(() => import("../features/intake/ImportScreen"), "ImportScreen"),
});

const setup = createRoute({
  getParentRoute: () => project,
  path: "/setup",
  loader: words("setup", "labelTypes"),
  component: lazyRouteComponent(() => import("../features/setup/SetupScreen"), "SetupScreen"),
});

const model = createRoute({
  getParentRoute: () => project,
  path: "/model",
  loader: words("model"),
  component: lazyRouteComponent(() => import("../features/model/ModelScreen"), "ModelScreen"),
});

const catalogue = createRoute({
  getParentRoute: () => project,
  path: "/catalogue",
  loader: words("catalogue"),
  component: lazyRouteComponent(
    () => import("../features/catalogue/CatalogueScreen"),
    "CatalogueScreen",
  ),
});

const production = createRoute({
  getParentRoute: () => project,
  path: "/production",
  loader: words("production"),
  component: lazyRouteComponent(
    () => import("../features/production/ProductionScreen"),
    "ProductionScreen",
  ),
});

const autoAccept = createRoute({
  getParentRoute: () => project,
  path: "/auto-accept",
  loader: words("autoAccept"),
  component: lazyRouteComponent(
    () => import("../features/autoAccept/AutoAcceptScreen"),
    "AutoAcceptScreen",
  ),
});

const similar = createRoute({
  getParentRoute: () => project,
  path: "/near-duplicates",
  loader: words("similar"),
  component: lazyRouteComponent(
    () => import("../features/similar/SimilarScreen"),
    "SimilarScreen",
  ),
});

const people = createRoute({
  getParentRoute: () => project,
  path: "/people",
  loader: words("people", "labelTypes"),
  component: lazyRouteComponent(() => import("../features/people/PeopleScreen"), "PeopleScreen"),
});

const record = createRoute({
  getParentRoute: () => project,
  path: "/record",
  loader: words("record", "labelTypes"),
  component: lazyRouteComponent(
    () => import("../features/home/record/RecordScreen"),
    "RecordScreen",
  ),
});

const releases = createRoute({
  getParentRoute: () => project,
  path: "/releases",
  loader: words("release"),
  component: lazyRouteComponent(
    () => import("../features/release/ReleasesScreen"),
    "ReleasesScreen",
  ),
});

const work = createRoute({
  getParentRoute: () => signedIn,
  path: "/projects/$projectId/work",
  params: projectParams,
  loader: words("workspace", "labelTypes"),
  component: () => <FullScreen screen="work" />,
});

const disputes = createRoute({
  getParentRoute: () => signedIn,
  path: "/projects/$projectId/disputes",
  params: projectParams,
  loader: words("desk", "labelTypes"),
  component: () => <FullScreen screen="disputes" />,
});

const routeTree = root.addChildren([
  signIn,
  signedIn.addChildren([
    framed.addChildren([
      home,
      settings,
      newProject,
      project.addChildren([
        projectIndex,
        board,
        items,
        item,
        intake,
        setup,
        model,
        catalogue,
        production,
        autoAccept,
        similar,
        people,
        record,
        releases,
      ]),
    ]),
    work,
    disputes,
  ]),
]);

/** `history` is the browser's unless a test brings its own. */
export function makeRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    history,
    routeTree,
    context: { queryClient },
    defaultPreload: "intent",
    defaultPendingComponent: RouteWaiting,
    defaultErrorComponent: RouteError,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
