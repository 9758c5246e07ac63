import { useParams } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { Waiting } from "../../ui/Waiting";
import { UserMenu } from "./UserMenu";

const screens = {
  work: lazy(() =>
    import("../../features/workspace/WorkspaceScreen").then((module) => ({
      default: module.WorkspaceScreen,
    })),
  ),
  disputes: lazy(() =>
    import("../../features/desk/DeskScreen").then((module) => ({ default: module.DeskScreen })),
  ),
};

/** The places where people judge take the whole window; only the user menu comes along. */
export function FullScreen({ screen }: { screen: keyof typeof screens }) {
  const { projectId } = useParams({ strict: false });
  const Screen = screens[screen];
  if (projectId === undefined) return null;
  return (
    <Suspense fallback={<Waiting rows={4} height={96} />}>
      <Screen key={projectId} projectId={projectId} menu={<UserMenu />} />
    </Suspense>
  );
}
