import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Bucket } from "../../api/queries";
import type { Board } from "../../api/types";
import { Bars } from "../../ui/charts/Bars";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";

interface Props {
  throughput: Board["throughput"];
  bucket: Bucket;
  onBucket: (bucket: Bucket) => void;
}

export function ThroughputPanel({ throughput, bucket, onBucket }: Props) {
  const { t } = useTranslation("board");
  const format = useFormat();
  return (
    <Panel
      title={t("throughput.title")}
      note={t(`throughput.note.${bucket}`)}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t("throughput.title")}
          value={bucket}
          onChange={(value) => onBucket(value as Bucket)}
          data={(["hour", "minute"] as const).map((value) => ({
            value,
            label: t(`throughput.bucket.${value}`),
          }))}
        />
      }
    >
      <Bars
        label={t("throughput.label")}
        tickEvery={bucket === "hour" ? 4 : 5}
        series={[
          { key: "crowd", label: t("common:tiers.crowd"), color: "var(--tier-crowd)" },
          { key: "expert", label: t("common:tiers.expert"), color: "var(--tier-expert)" },
        ]}
        bars={throughput.map(({ at, crowd, expert }) => ({
          tick: format.time(at),
          values: [crowd, expert],
        }))}
      />
    </Panel>
  );
}
