import type { ReactNode } from "react";

export function DeskScreen({ menu }: { projectId: number; menu: ReactNode }) {
  return <>{menu}</>;
}
