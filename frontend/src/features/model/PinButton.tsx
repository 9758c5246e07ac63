import { Button, Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { projectKey } from "../../api/queries";
import type { ModelState } from "../../api/types";
import { errorText } from "../../ui/errorText";
import { useProjectId } from "../../ui/useProjectId";

/** One click, and an earlier version speaks again until it is let go. */
export function PinButton({ version, question }: { version: ModelState; question: string }) {
  const { t } = useTranslation("model");
  const projectId = useProjectId();
  const queryClient = useQueryClient();
  const pin = useMutation({
    mutationFn: () =>
      api.post(`projects/${projectId}/model/${version.question}/pin/`, {
        version: version.version,
      }),
    onSettled: () =>
      queryClient.invalidateQueries({ queryKey: [...projectKey(projectId), "model"] }),
  });
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconHistory size={14} />}
        loading={pin.isPending}
        aria-label={t("versions.goBackTo", { version: version.version, question })}
        onClick={() => pin.mutate()}
      >
        {t("versions.goBack")}
      </Button>
      {pin.error ? (
        <Text role="alert" size="xs" c="var(--bad)">
          {errorText(pin.error, t)}
        </Text>
      ) : null}
    </>
  );
}
