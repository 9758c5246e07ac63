import type { ReactNode } from "react";
import { KeymapProvider } from "../../stages/keyboard/KeymapProvider";
import { Desk } from "./Desk";

interface Props {
  projectId: number;
  menu: ReactNode;
}

/** Where an expert decides. */
export function DeskScreen({ projectId, menu }: Props) {
  return (
    <KeymapProvider>
      <Desk project={projectId} menu={menu} />
    </KeymapProvider>
  );
}
