import { Button, Group, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { homeQuery, projectKey } from "../../api/queries";
import type { Project } from "../../api/types";
import { Panel } from "../../ui/Panel";
import { useFieldProblems } from "../../ui/useFieldProblems";

export function AboutPanel({ project }: { project: Project }) {
  const { t } = useTranslation("setup");
  const queryClient = useQueryClient();
  const [name, setName] = useState(project.name);
  const [description, setDescription] = useState(project.description);
  const save = useMutation({
    mutationFn: () => api.patch<Project>(`projects/${project.id}/`, { name, description }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: projectKey(project.id), exact: true });
      await queryClient.invalidateQueries({ queryKey: homeQuery.queryKey });
    },
  });
  const problems = useFieldProblems(save.error, ["name", "description"]);
  const changed = name !== project.name || description !== project.description;
  return (
    <Panel>
      <Group align="flex-start" gap="sm" wrap="nowrap">
        <TextInput
          flex={1}
          label={t("about.name")}
          value={name}
          error={problems.at("name") ?? problems.rest}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          flex={2}
          label={t("about.description")}
          value={description}
          error={problems.at("description")}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Button
          mt={24}
          variant="default"
          disabled={!changed || name.trim() === ""}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {save.isSuccess && !changed ? t("common:saved") : t("common:save")}
        </Button>
      </Group>
    </Panel>
  );
}
