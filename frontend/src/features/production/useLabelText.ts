import { useQuery } from "@tanstack/react-query";
import { projectQuery } from "../../api/queries";
import type { Label } from "../../api/types";
import { classTitle } from "../../ui/classTitle";
import { useProjectId } from "../../ui/useProjectId";

/** A label of a question as short text: a class by its title, anything else as JSON. */
export function useLabelText(): (question: string, label: Label | undefined) => string {
  const project = useQuery(projectQuery(useProjectId()));
  const questions = project.data?.guideline?.schema.questions ?? [];
  return (question, label) => {
    if (label === undefined) return "–";
    if (typeof label !== "string") return JSON.stringify(label);
    const asked = questions.find(({ id }) => id === question);
    return asked ? classTitle(asked, label) : label;
  };
}
