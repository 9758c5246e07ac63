import { Button, Group, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { sessionQuery } from "../../api/queries";
import type { User } from "../../api/types";
import { Panel } from "../../ui/Panel";
import { useFieldProblems } from "../../ui/useFieldProblems";

function NameForm({ user }: { user: User }) {
  const { t } = useTranslation("settings");
  const queryClient = useQueryClient();
  const [name, setName] = useState(user.display_name);
  const save = useMutation({
    mutationFn: (display_name: string) => api.patch<User>("me/", { display_name }),
    onSuccess: (saved) =>
      queryClient.setQueryData(sessionQuery.queryKey, (old) => old && { ...old, user: saved }),
  });
  const problems = useFieldProblems(save.error, ["display_name"]);
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(name.trim());
  };
  return (
    <form onSubmit={handleSubmit}>
      <Group align="flex-start" gap="sm">
        <TextInput
          flex={1}
          label={t("name.label")}
          description={t("name.note", { username: user.username })}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={name}
          error={problems.at("display_name") ?? problems.rest}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button
          type="submit"
          variant="default"
          mt={24}
          disabled={name.trim() === user.display_name}
          loading={save.isPending}
        >
          {save.isSuccess && name.trim() === user.display_name
            ? t("common:saved")
            : t("common:save")}
        </Button>
      </Group>
    </form>
  );
}

export function NamePanel() {
  const { t } = useTranslation("settings");
  const { data: session } = useQuery(sessionQuery);
  if (!session?.user) return null;
  return (
    <Panel title={t("name.title")}>
      <NameForm user={session.user} />
    </Panel>
  );
}
