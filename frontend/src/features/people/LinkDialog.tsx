import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CopyField } from "../../ui/CopyField";
import { useFormat } from "../../ui/format";

export interface OneTimeLink {
  name: string;
  url: string;
  expiresAt: string | null;
}

interface Props {
  link: OneTimeLink | null;
  onClose: () => void;
}

export function LinkDialog({ link, onClose }: Props) {
  const { t } = useTranslation("people");
  const format = useFormat();
  return (
    <Modal
      opened={link !== null}
      onClose={onClose}
      title={t("link.title", { name: link?.name })}
      closeOnClickOutside={false}
    >
      {link ? (
        <Stack gap="sm">
          <Text size="sm">{t("link.text", { name: link.name })}</Text>
          <CopyField label={t("link.label")} value={link.url} />
          {link.expiresAt ? (
            <Text size="xs" c="dimmed">
              {t("link.until", { date: format.date(link.expiresAt) })}
            </Text>
          ) : null}
          <Group justify="flex-end">
            <Button onClick={onClose}>{t("link.done")}</Button>
          </Group>
        </Stack>
      ) : null}
    </Modal>
  );
}
