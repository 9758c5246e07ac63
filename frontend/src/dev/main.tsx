import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.layer.css";
import "../app/theme/tokens.css";
import { useMantineColorScheme } from "@mantine/core";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import i18next from "i18next";
import { Suspense } from "react";
import { createRoot } from "react-dom/client";
import { sessionQuery } from "../api/queries";
import { startI18n } from "../app/i18n/i18n";
import { Providers } from "../app/providers";
import { makeQueryClient } from "../app/queryClient";
import { DeskScreen } from "../features/desk/DeskScreen";
import { WorkspaceScreen } from "../features/workspace/WorkspaceScreen";

const query = new URLSearchParams(location.search);
const client = makeQueryClient();
function Menu() {
  const { setColorScheme } = useMantineColorScheme();
  setTimeout(() => setColorScheme((query.get("theme") ?? "light") as "light"), 0);
  return <span>Lin</span>;
}
const Screen = query.get("screen") === "desk" ? DeskScreen : WorkspaceScreen;
const root = createRootRoute({
  component: () => (
    <Suspense fallback="...">
      <Screen projectId={1} menu={<Menu />} />
    </Suspense>
  ),
});
const router = createRouter({ routeTree: root, history: createMemoryHistory() });
const node = document.getElementById("root");
startI18n().then(async () => {
  await i18next.changeLanguage(query.get("lang") ?? "en");
  await client.ensureQueryData(sessionQuery);
  // biome-ignore lint: dev
  if (node)
    createRoot(node).render(
      <Providers queryClient={client}>
        <RouterProvider router={router as any} />
      </Providers>,
    );
});
