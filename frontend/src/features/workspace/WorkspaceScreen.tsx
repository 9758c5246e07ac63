import type { ReactNode } from "react";

export function WorkspaceScreen({ menu }: { projectId: number; menu: ReactNode }) {
  return <>{menu}</>;
}
