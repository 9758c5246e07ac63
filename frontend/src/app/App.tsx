import { RouterProvider } from "@tanstack/react-router";
import { useEffect } from "react";
import { onSignedOut } from "../api/client";
import { sessionQuery } from "../api/queries";
import { Providers } from "./providers";
import { makeQueryClient } from "./queryClient";
import { makeRouter } from "./router";

const queryClient = makeQueryClient();
const router = makeRouter(queryClient);

/**
 * The workspace keeps its answers and asks for the password over itself (see its own dialog), so
 * only the other screens leave for the sign-in page.
 */
function leaveWhenSignedOut(): () => void {
  return onSignedOut(() => {
    const { pathname } = router.state.location;
    if (pathname === "/sign-in" || /\/(work|disputes)$/.test(pathname)) return;
    queryClient.setQueryData(sessionQuery.queryKey, (old) => old && { ...old, user: null });
    router.navigate({ to: "/sign-in", search: { next: pathname } });
  });
}

export function App() {
  useEffect(leaveWhenSignedOut, []);
  return (
    <Providers queryClient={queryClient}>
      <RouterProvider router={router} />
    </Providers>
  );
}
