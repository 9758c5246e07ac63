import { useParams } from "@tanstack/react-router";

/** The project whose screens are open. */
export function useProjectId(): number {
  return useParams({ from: "/signed-in/framed/projects/$projectId" }).projectId;
}
