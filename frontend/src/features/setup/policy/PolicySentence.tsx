import { IconRoute } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Policy } from "../../../api/types";
import { useFormat } from "../../../ui/format";
import { Gap } from "../../../ui/Gap";
import classes from "./policy.module.css";

function Thresholds({ policy }: { policy: Policy }) {
  const { t } = useTranslation("setup");
  const format = useFormat();
  const extra = policy.max_overlap - policy.min_overlap;
  return (
    <>
      {t(`policy.says.settle.${policy.measure}`, {
        threshold: format.chosenPercent(policy.threshold),
      })}
      <Gap />
      {extra > 0 && policy.dispute.on === "exhausted"
        ? t("policy.says.more", { max: policy.max_overlap, count: extra })
        : t("policy.says.noMore")}
    </>
  );
}

/** The whole policy as one paragraph, so that nobody has to add the fields up in the head. */
export function PolicySentence({ policy }: { policy: Policy }) {
  const { t } = useTranslation("setup");
  return (
    <p className={classes.sentence}>
      <IconRoute size={18} aria-hidden />
      <span>
        {t("policy.says.first", { count: policy.min_overlap })}
        <Gap />
        {policy.prices ? (
          t(policy.prices.expert === null ? "policy.says.pricedAlone" : "policy.says.priced", {
            max: policy.max_overlap,
          })
        ) : (
          <Thresholds policy={policy} />
        )}
        <Gap />
        {policy.prices && policy.rules.length > 0
          ? t("policy.says.rules", { count: policy.rules.length })
          : null}
        <Gap />
        {policy.dispute.unsure_votes > 0
          ? t("policy.says.unsure", { count: policy.dispute.unsure_votes })
          : null}
      </span>
    </p>
  );
}
