import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Tag } from "../../../ui/Tag";

/** Whether what was decided came out the same when it was decided again, a moment ago. */
export function Recount({ recomputes }: { recomputes: boolean | null }) {
  const { t } = useTranslation("items");
  return recomputes ? (
    <Tag tone="good" icon={<IconCheck size={13} aria-hidden />}>
      {t("why.recounted")}
    </Tag>
  ) : (
    <Tag tone="bad" icon={<IconAlertTriangle size={13} aria-hidden />}>
      {t("why.recountDiffers")}
    </Tag>
  );
}
