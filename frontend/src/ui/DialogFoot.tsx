import { Button, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "./errorText";

interface Props {
  /** What the form does, on its button. */
  action: string;
  error: unknown;
  isPending: boolean;
  isDisabled?: boolean;
  onClose: () => void;
  /** A lesser way out, at the start of the row. */
  aside?: ReactNode;
}

/** The end of a form in a dialog: what went wrong, the way back, and the way on. */
export function DialogFoot({ action, error, isPending, isDisabled, onClose, aside }: Props) {
  const { t } = useTranslation();
  return (
    <>
      {error ? (
        <Text role="alert" size="sm" c="var(--bad)">
          {errorText(error, t)}
        </Text>
      ) : null}
      <Group justify="space-between" mt={4}>
        <span>{aside}</span>
        <Group gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={isPending} disabled={isDisabled}>
            {action}
          </Button>
        </Group>
      </Group>
    </>
  );
}
