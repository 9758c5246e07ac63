import { Button, Group, Tooltip } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { homeQuery, projectKey, projectQuery } from "../../api/queries";
import type { Project, ProjectStage } from "../../api/types";
import { errorText } from "../../ui/errorText";

const NEXT: Record<ProjectStage, ProjectStage[]> = {
  draft: ["open"],
  open: ["paused"],
  paused: ["closed", "open"],
  closed: ["open"],
};

/** Lets a lead start, pause, resume and close the work. */
export function StageControl({ projectId }: { projectId: number }) {
  const { t } = useTranslation("board");
  const queryClient = useQueryClient();
  const { data: project } = useQuery(projectQuery(projectId));
  const move = useMutation({
    mutationFn: (stage: ProjectStage) => api.patch<Project>(`projects/${projectId}/`, { stage }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: projectKey(projectId), exact: true });
      await queryClient.invalidateQueries({ queryKey: homeQuery.queryKey });
    },
  });
  if (!project) return null;
  return (
    <Tooltip
      disabled={!move.error}
      opened={move.error ? true : undefined}
      color="red"
      label={errorText(move.error, t)}
    >
      <Group gap="xs">
        {NEXT[project.stage].map((stage) => (
          <Button
            key={stage}
            size="xs"
            variant={stage === "open" ? "filled" : "default"}
            leftSection={
              stage === "open" ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />
            }
            loading={move.isPending && move.variables === stage}
            onClick={() => move.mutate(stage)}
          >
            {t(`stage.${project.stage}.${stage}`)}
          </Button>
        ))}
      </Group>
    </Tooltip>
  );
}
