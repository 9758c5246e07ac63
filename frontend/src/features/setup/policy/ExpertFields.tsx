import { NumberInput, Stack, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Policy } from "../../../api/types";
import { DecimalInput } from "./DecimalInput";
import { DEFAULT_EXPERTS } from "./defaultPolicy";
import type { PolicyFieldProps } from "./fieldProps";
import classes from "./policy.module.css";
import { ShareSlider } from "./ShareSlider";

type Experts = NonNullable<Policy["experts"]>;

/** What experts see, how much one may hold, and how many disputes two of them read. */
export function ExpertFields({ policy, problemAt, change }: PolicyFieldProps) {
  const { t } = useTranslation("setup");
  const experts = policy.experts ?? DEFAULT_EXPERTS;
  const set = (part: Partial<Experts>) => change({ experts: { ...experts, ...part } });
  return (
    <Stack gap="md">
      <Switch
        label={t("policy.experts.blind")}
        description={t("policy.experts.blindNote")}
        checked={experts.blind}
        error={problemAt("experts/blind")}
        onChange={(event) => set({ blind: event.currentTarget.checked })}
      />
      <ShareSlider
        label={t("policy.experts.double")}
        note={t("policy.experts.doubleNote")}
        min={0}
        value={experts.double_read}
        problem={problemAt("experts/double_read")}
        onChange={(double_read) => set({ double_read })}
      />
      <div className={classes.pair}>
        <NumberInput
          label={t("policy.experts.most")}
          description={t("policy.experts.mostNote")}
          min={1}
          max={50}
          allowDecimal={false}
          value={experts.most_at_once}
          error={problemAt("experts/most_at_once")}
          onChange={(value) => set({ most_at_once: typeof value === "number" ? value : 1 })}
        />
        <DecimalInput
          label={t("policy.experts.overdue")}
          description={t("policy.experts.overdueNote")}
          suffix={` ${t("policy.experts.hours")}`}
          min={0}
          max={10_000}
          value={experts.overdue_hours}
          empty={0}
          error={problemAt("experts/overdue_hours")}
          onNumber={(value) => set({ overdue_hours: value ?? 0 })}
        />
      </div>
    </Stack>
  );
}
