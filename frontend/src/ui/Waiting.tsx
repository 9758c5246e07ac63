import { Skeleton, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface Props {
  rows?: number;
  height?: number;
}

export function Waiting({ rows = 3, height = 56 }: Props) {
  const { t } = useTranslation("common");
  return (
    <Stack gap="sm" p="md" role="status" aria-label={t("loading")}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <Skeleton key={row} height={height} radius="md" />
      ))}
    </Stack>
  );
}
