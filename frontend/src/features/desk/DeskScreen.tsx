import { useSuspenseQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { sessionQuery } from "../../api/queries";
import { KeymapProvider } from "../../stages/keyboard/KeymapProvider";
import { Desk } from "./Desk";

interface Props {
  projectId: number;
  menu: ReactNode;
}

/** Where an expert decides. */
export function DeskScreen({ projectId, menu }: Props) {
  const { user } = useSuspenseQuery(sessionQuery).data;
  if (!user) return null;
  return (
    <KeymapProvider>
      <Desk project={projectId} user={user.id} menu={menu} />
    </KeymapProvider>
  );
}
