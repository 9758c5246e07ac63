import { Alert, Button, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, rememberCsrfToken } from "../../../api/client";
import type { Session, User } from "../../../api/types";
import { useScope } from "../../../stages/keyboard/useScope";
import { errorText } from "../../../ui/errorText";

interface Props {
  user: User;
  onSignedIn: () => void;
}

/** Somebody else's work must not be sent under this person's name, nor the other way round. */
function requireSame(session: Session, user: User): void {
  if (session.user && session.user.id !== user.id) window.location.reload();
  if (session.user?.id !== user.id) throw new Error("signed in as somebody else");
  rememberCsrfToken(session.csrf_token);
}

/** The session ended: sign in over the workspace, nothing is lost. */
export function SignInDialog({ user, onSignedIn }: Props) {
  const { t } = useTranslation("workspace");
  useScope({ floor: "dialog", title: t("signIn.title"), commands: [], modal: true });
  const signIn = useMutation({
    mutationFn: async (password: string) => {
      const credentials = { username: user.username, password };
      requireSame(await api.post<Session>("session/", credentials), user);
    },
    onSuccess: onSignedIn,
  });
  const lookAgain = useMutation({
    mutationFn: async () => requireSame(await api.get<Session>("session/"), user),
    onSuccess: onSignedIn,
  });
  const handleSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    signIn.mutate(`${new FormData(event.currentTarget).get("password") ?? ""}`);
  };
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      title={t("signIn.title")}
      size="sm"
    >
      <form onSubmit={handleSubmit}>
        <Stack gap="sm">
          <Text size="sm">{t("signIn.text")}</Text>
          {signIn.error ? (
            <Alert color="red" variant="light" role="alert">
              {errorText(signIn.error, t)}
            </Alert>
          ) : null}
          {lookAgain.error ? (
            <Alert color="orange" variant="light" role="alert">
              {t("signIn.notYet")}
            </Alert>
          ) : null}
          <PasswordInput
            name="password"
            label={t("signIn.password", { name: user.username })}
            autoComplete="current-password"
            data-autofocus
            required
            withAsterisk={false}
          />
          <Group justify="space-between">
            <Button
              variant="subtle"
              size="xs"
              loading={lookAgain.isPending}
              onClick={() => lookAgain.mutate()}
            >
              {t("signIn.elsewhere")}
            </Button>
            <Button type="submit" size="xs" loading={signIn.isPending}>
              {t("signIn.submit")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
