import { useSuspenseQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { sessionQuery } from "../../api/queries";
import { KeymapProvider } from "../../stages/keyboard/KeymapProvider";
import { Workspace } from "./Workspace";

interface Props {
  projectId: number;
  menu: ReactNode;
}

/** Where an annotator works. */
export function WorkspaceScreen({ projectId, menu }: Props) {
  const { user } = useSuspenseQuery(sessionQuery).data;
  if (!user) return null;
  return (
    <KeymapProvider>
      <Workspace project={projectId} user={user} menu={menu} />
    </KeymapProvider>
  );
}
