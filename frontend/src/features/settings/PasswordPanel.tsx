import { Button, PasswordInput, Stack } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { sessionQuery } from "../../api/queries";
import type { User } from "../../api/types";
import { Panel } from "../../ui/Panel";
import { useFieldProblems } from "../../ui/useFieldProblems";

function useSetPassword(onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (words: { old: string; new: string }) => api.put<User>("me/password/", words),
    onSuccess: (user) => {
      queryClient.setQueryData(
        sessionQuery.queryKey,
        (session) => session && { ...session, user },
      );
      onDone();
    },
  });
}

function PasswordForm({ user }: { user: User }) {
  const { t } = useTranslation("settings");
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const save = useSetPassword(() => {
    setOld("");
    setFresh("");
  });
  const problems = useFieldProblems(save.error, ["old", "new"]);
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ old, new: fresh });
  };
  return (
    <form onSubmit={handleSubmit}>
      <Stack gap="sm" align="flex-start">
        <input hidden readOnly autoComplete="username" value={user.username} />
        {user.has_password ? (
          <PasswordInput
            w="100%"
            label={t("password.old")}
            autoComplete="current-password"
            value={old}
            error={problems.at("old")}
            onChange={(event) => setOld(event.currentTarget.value)}
          />
        ) : null}
        <PasswordInput
          w="100%"
          label={t("password.new")}
          description={t("password.note")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          autoComplete="new-password"
          value={fresh}
          error={problems.at("new") ?? problems.rest}
          onChange={(event) => setFresh(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={fresh === ""} loading={save.isPending}>
          {save.isSuccess && fresh === "" ? t("common:saved") : t("password.save")}
        </Button>
      </Stack>
    </form>
  );
}

export function PasswordPanel() {
  const { t } = useTranslation("settings");
  const { data: session } = useQuery(sessionQuery);
  if (!session?.user) return null;
  return (
    <Panel title={t("password.title")}>
      <PasswordForm user={session.user} />
    </Panel>
  );
}
