import { Button, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { projectKey } from "../../api/queries";
import type { ReleaseStarted } from "../../api/types";
import { Panel } from "../../ui/Panel";
import { useFieldProblems } from "../../ui/useFieldProblems";

export function NewRelease({ projectId }: { projectId: number }) {
  const { t } = useTranslation("release");
  const queryClient = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const create = useMutation({
    mutationFn: (note: string) =>
      api.post<ReleaseStarted>(`projects/${projectId}/releases/`, { note }),
    onSuccess: async () => {
      form.current?.reset();
      await queryClient.invalidateQueries({ queryKey: [...projectKey(projectId), "releases"] });
    },
  });
  const problems = useFieldProblems(create.error, ["note"]);
  const handleSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    create.mutate(`${new FormData(event.currentTarget).get("note") ?? ""}`.trim());
  };
  return (
    <Panel title={t("create.title")} note={t("create.note")}>
      <form ref={form} onSubmit={handleSubmit}>
        <Stack gap="sm">
          <Textarea
            name="note"
            label={t("create.label")}
            placeholder={t("create.example")}
            autosize
            minRows={2}
            error={problems.at("note")}
          />
          {problems.rest ? (
            <Text role="alert" size="sm" c="var(--bad)">
              {problems.rest}
            </Text>
          ) : null}
          <Button type="submit" loading={create.isPending}>
            {t("create.button")}
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}
