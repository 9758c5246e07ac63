import { useTranslation } from "react-i18next";
import { useFormat } from "../../ui/format";
import { Tag } from "../../ui/Tag";

interface Props {
  connected: boolean;
  updatedAt: string | undefined;
}

export function LiveMark({ connected, updatedAt }: Props) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const time = updatedAt ? format.time(updatedAt) : "–";
  return (
    <Tag dot={connected ? "var(--stage-settled)" : "var(--stage-disputed)"}>
      {connected ? t("live", { time }) : t("polling", { time })}
    </Tag>
  );
}
