import { Button } from "@mantine/core";
import { IconMapQuestion } from "@tabler/icons-react";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorState } from "../../ui/ErrorState";
import { useScreenTitle } from "../../ui/screenTitle";
import { Waiting } from "../../ui/Waiting";

export function RouteWaiting() {
  return <Waiting rows={4} height={72} />;
}

export function RouteError({ error, reset }: ErrorComponentProps) {
  return <ErrorState error={error} onRetry={reset} />;
}

export function NotFound() {
  const { t } = useTranslation("common");
  useScreenTitle(t("notFound.title"));
  return (
    <EmptyState
      icon={<IconMapQuestion size={22} />}
      title={t("notFound.title")}
      action={
        <Button component={Link} to="/" variant="default" size="xs">
          {t("notFound.home")}
        </Button>
      }
    >
      {t("notFound.text")}
    </EmptyState>
  );
}
