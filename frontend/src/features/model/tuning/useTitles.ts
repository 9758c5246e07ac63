import { useQuery } from "@tanstack/react-query";
import { projectQuery } from "../../../api/queries";
import { classTitle } from "../../../ui/classTitle";

export type TitleOf = (name: string) => string;

/** What the classes of a question are called on screen. */
export function useTitles(projectId: number, question: string): TitleOf {
  const project = useQuery(projectQuery(projectId));
  const found = project.data?.guideline?.schema.questions.find(({ id }) => id === question);
  return (name) => (found ? classTitle(found, name) : name);
}
