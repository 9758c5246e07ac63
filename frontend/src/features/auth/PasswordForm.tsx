import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, api } from "../../api/client";
import type { Session } from "../../api/types";
import { errorText } from "../../ui/errorText";
import { Notice } from "../../ui/Notice";
import { useEnter } from "./useEnter";

export function PasswordForm() {
  const { t } = useTranslation("auth");
  const enter = useEnter();
  const signIn = useMutation({
    mutationFn: (credentials: { username: string; password: string }) =>
      api.post<Session>("session/", credentials),
    onSuccess: enter,
  });
  const handleSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({
      username: `${form.get("username") ?? ""}`.trim(),
      password: `${form.get("password") ?? ""}`,
    });
  };
  const { error } = signIn;
  const wrong = error instanceof ApiError && [400, 401, 403].includes(error.status);
  return (
    <form onSubmit={handleSubmit}>
      <Stack gap="sm">
        {error ? <Notice tone="bad">{wrong ? t("wrong") : errorText(error, t)}</Notice> : null}
        <TextInput
          name="username"
          label={t("username")}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          withAsterisk={false}
          data-autofocus
          autoFocus
        />
        <PasswordInput
          name="password"
          label={t("password")}
          autoComplete="current-password"
          required
          withAsterisk={false}
        />
        <Button type="submit" fullWidth mt="xs" loading={signIn.isPending}>
          {t("signIn")}
        </Button>
      </Stack>
    </form>
  );
}
