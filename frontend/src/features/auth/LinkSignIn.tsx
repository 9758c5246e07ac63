import { Button, Loader, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, api } from "../../api/client";
import type { Session } from "../../api/types";
import { errorText } from "../../ui/errorText";
import { Notice } from "../../ui/Notice";
import { useEnter } from "./useEnter";

interface Props {
  token: string;
  onGiveUp: () => void;
}

function Spent({
  error,
  onRetry,
  onGiveUp,
}: {
  error: Error;
  onRetry: () => void;
  onGiveUp: () => void;
}) {
  const { t } = useTranslation("auth");
  const refused = error instanceof ApiError && error.status >= 400 && error.status < 429;
  return (
    <Stack gap="sm">
      <Notice tone={refused ? "warn" : "bad"} title={refused ? t("link.spentTitle") : undefined}>
        {refused ? t("link.spentText") : errorText(error, t)}
      </Notice>
      {refused ? null : <Button onClick={onRetry}>{t("common:error.retry")}</Button>}
      <Button variant="default" onClick={onGiveUp}>
        {t("link.withPassword")}
      </Button>
    </Stack>
  );
}

export function LinkSignIn({ token, onGiveUp }: Props) {
  const { t } = useTranslation("auth");
  const enter = useEnter();
  const { mutate, error } = useMutation({
    mutationFn: () => api.post<Session>("session/link/", { token }),
    onSuccess: enter,
  });
  // A link opens once: React's doubled effects of development must not spend it twice.
  const sent = useRef(false);
  useEffect(() => {
    if (sent.current) return;
    sent.current = true;
    mutate();
  }, [mutate]);
  if (error) return <Spent error={error} onRetry={() => mutate()} onGiveUp={onGiveUp} />;
  return (
    <Stack align="center" gap="sm" py="lg" role="status">
      <Loader size="sm" />
      <Text size="sm" c="dimmed">
        {t("link.waiting")}
      </Text>
    </Stack>
  );
}
