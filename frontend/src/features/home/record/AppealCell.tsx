import { Button, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AppealMark } from "../../../api/types";
import { Tag } from "../../../ui/Tag";

const TONES = { open: "accent", upheld: "good", rejected: "plain" } as const;

/** What became of an appeal, or the way to make one. */
export function AppealCell({ mark, onAppeal }: { mark: AppealMark | null; onAppeal: () => void }) {
  const { t } = useTranslation("record");
  if (!mark) {
    return (
      <Button size="compact-xs" variant="default" onClick={onAppeal}>
        {t("appeal.do")}
      </Button>
    );
  }
  return (
    <>
      <Tag tone={TONES[mark.state]}>{t(`appeal.${mark.state}`)}</Tag>
      {mark.decision ? (
        <Text size="xs" c="dimmed" mt={4}>
          {t("appeal.answer", { text: mark.decision })}
        </Text>
      ) : null}
    </>
  );
}
