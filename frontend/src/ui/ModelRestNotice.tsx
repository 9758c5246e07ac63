import { useTranslation } from "react-i18next";
import { useFormat } from "./format";
import { Gap } from "./Gap";
import { Notice } from "./Notice";

interface Props {
  rest: { until: string; reason: string; failures: number };
}

/** A model that failed is left out for a while; whoever leads the project should know. */
export function ModelRestNotice({ rest }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Notice tone="warn" title={t("modelRest.title")}>
      {t("modelRest.text", { until: format.date(rest.until), count: rest.failures })}
      <Gap />
      <span lang="en">{rest.reason}</span>
    </Notice>
  );
}
