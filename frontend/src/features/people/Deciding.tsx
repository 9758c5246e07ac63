import { Button, Group, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { projectKey } from "../../api/queries";
import { errorText } from "../../ui/errorText";

interface Choice {
  name: string;
  body: Record<string, boolean>;
}

interface Props {
  projectId: number;
  /** Below the project. */
  path: string;
  label: string;
  choices: readonly Choice[];
}

/** A decision between two, with its reason: of an appeal, of a gold label. */
export function Deciding({ projectId, path, label, choices }: Props) {
  const { t } = useTranslation("people");
  const [reason, setReason] = useState("");
  const queryClient = useQueryClient();
  const decide = useMutation({
    mutationFn: (body: Choice["body"]) =>
      api.post(`projects/${projectId}/${path}`, { ...body, reason: reason.trim() }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: projectKey(projectId) }),
  });
  return (
    <>
      <Textarea
        size="xs"
        autosize
        minRows={1}
        maxRows={5}
        placeholder={label}
        aria-label={label}
        value={reason}
        maxLength={2000}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Group gap={6} mt={6}>
        {choices.map(({ name, body }) => (
          <Button
            key={name}
            size="compact-xs"
            variant="default"
            disabled={reason.trim() === ""}
            loading={decide.isPending}
            onClick={() => decide.mutate(body)}
          >
            {name}
          </Button>
        ))}
      </Group>
      {decide.error ? (
        <Text size="xs" c="var(--bad)" role="alert">
          {errorText(decide.error, t)}
        </Text>
      ) : null}
    </>
  );
}
