import type { HomeProject } from "../../api/types";

export type WorkKind = "judge" | "adjudicate" | "lead";

export interface NextWork {
  kind: WorkKind;
  project: HomeProject;
}

function kindOf({ role }: HomeProject): WorkKind {
  if (role === "crowd") return "judge";
  return role === "expert" ? "adjudicate" : "lead";
}

/** How many things wait in a project for this person. */
export function waitingIn(project: HomeProject): number {
  return kindOf(project) === "judge" ? project.ready : project.disputes;
}

/**
 * What to carry on with: judging or deciding where most waits; for a lead, the project with the
 * most unsettled items, so that an unfinished effort is one key away.
 */
export function nextWork(projects: readonly HomeProject[]): NextWork | null {
  const own = projects
    .filter((project) => kindOf(project) !== "lead" && waitingIn(project) > 0)
    .sort((a, b) => waitingIn(b) - waitingIn(a));
  const led = projects
    .filter((project) => kindOf(project) === "lead" && project.stage !== "closed")
    .sort((a, b) => b.items - b.settled - (a.items - a.settled));
  const project = own[0] ?? led[0];
  return project ? { kind: kindOf(project), project } : null;
}
