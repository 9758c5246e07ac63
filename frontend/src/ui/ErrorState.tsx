import { Button } from "@mantine/core";
import { IconCloudOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "./EmptyState";
import { errorText } from "./errorText";

interface Props {
  error: unknown;
  onRetry?: () => void;
}

export function ErrorState({ error, onRetry }: Props) {
  const { t } = useTranslation("common");
  return (
    <div role="alert">
      <EmptyState
        icon={<IconCloudOff size={22} />}
        title={t("error.title")}
        action={
          onRetry ? (
            <Button variant="default" size="xs" onClick={onRetry}>
              {t("error.retry")}
            </Button>
          ) : undefined
        }
      >
        {errorText(error, t)}
      </EmptyState>
    </div>
  );
}
