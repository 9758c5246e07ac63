import { Select } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import type { BlindParts, ModelState } from "../../api/types";
import { errorText } from "../../ui/errorText";
import { useFormat } from "../../ui/format";
import { Stat } from "../../ui/Stat";
import { useProjectId } from "../../ui/useProjectId";
import { AccuracyBar } from "./AccuracyBar";
import { BlindClasses, BlindSlices } from "./BlindTables";
import { LearningCurve } from "./LearningCurve";
import classes from "./model.module.css";
import { Reliability } from "./Reliability";

const FIELD = "field:";

function Figures({ blind }: { blind: ModelState["blind"] }) {
  const { t } = useTranslation("model");
  const { percent } = useFormat();
  const interval = (part: { low: number | null; high: number | null }) =>
    t("blind.interval", { low: percent(part.low, 1), high: percent(part.high, 1) });
  if (blind === null) return <p className={classes.weight}>{t("blind.none")}</p>;
  const { calibration, compared } = blind;
  const tooFew = (needed: number) => t("blind.tooFew", { count: compared, needed });
  return (
    <div className={classes.latest}>
      <Stat
        value={blind.is_enough ? percent(blind.agreed / compared, 1) : "–"}
        label={t("blind.accuracy")}
        note={
          blind.is_enough
            ? `${interval(blind)} · ${t("blind.items", { count: compared })}`
            : tooFew(blind.needed)
        }
      />
      <Stat
        value={percent(calibration.ece, 1)}
        label={t("blind.ece")}
        note={
          calibration.is_enough
            ? `${interval(calibration)} · ${t("blind.byChance", {
                error: percent(calibration.by_chance, 1),
              })}`
            : tooFew(calibration.needed)
        }
      />
    </div>
  );
}

function useParts(question: string, version: number, by: string) {
  const project = useProjectId();
  const asked = new URLSearchParams({ question, version: String(version), by });
  return useQuery({
    queryKey: ["project", project, "model", "blind", question, version, by],
    queryFn: ({ signal }) =>
      api.get<BlindParts>(`projects/${project}/model/blind/?${asked}`, { signal }),
    placeholderData: keepPreviousData,
  });
}

function Parts({ version }: { version: ModelState }) {
  const { t } = useTranslation("model");
  const [by, setBy] = useState("source");
  const parts = useParts(version.question, version.version, by);
  if (parts.error) return <p role="alert">{errorText(parts.error, t)}</p>;
  if (!parts.data) return null;
  const { ways, needed } = parts.data;
  const nameOf = (way: string) =>
    way.startsWith(FIELD)
      ? t("blind.field", { name: way.slice(FIELD.length) })
      : t(`blind.by.${way}`, { defaultValue: way });
  return (
    <div className={classes.parts}>
      <BlindClasses parts={parts.data} />
      <div>
        <Select
          label={t("blind.slicesBy")}
          size="xs"
          mb={8}
          data={ways.map((way) => ({ value: way, label: nameOf(way) }))}
          value={by}
          allowDeselect={false}
          onChange={(way) => way && setBy(way)}
        />
        <BlindSlices parts={parts.data} />
      </div>
      <p className={classes.faint}>{t("blind.partNote", { count: needed })}</p>
    </div>
  );
}

/** How good a version is, by items that people judged without having seen what it says. */
export function BlindPanel({ versions }: { versions: readonly ModelState[] }) {
  const { t } = useTranslation("model");
  const { number } = useFormat();
  const [chosen, setChosen] = useState<number | null>(null);
  const best = versions.find(({ blind }) => blind?.is_enough) ?? versions[0];
  const version = versions.find((each) => each.version === chosen) ?? best;
  if (!version) return null;
  const { blind } = version;
  return (
    <section aria-label={t("blind.title")}>
      <header className={classes.blindHead}>
        <div>
          <h3 className={classes.chartTitle}>{t("blind.title")}</h3>
          <p className={classes.weight}>{t("blind.note")}</p>
        </div>
        <Select
          label={t("columns.version")}
          size="xs"
          w={210}
          data={versions.map((each) => ({
            value: String(each.version),
            label: t("blind.version", {
              version: each.version,
              items: number(each.blind?.compared ?? 0),
            }),
          }))}
          value={String(version.version)}
          allowDeselect={false}
          onChange={(next) => setChosen(next === null ? null : Number(next))}
        />
      </header>
      <Figures blind={blind} />
      {blind?.is_enough ? <AccuracyBar blind={blind} /> : null}
      <div className={classes.charts}>
        <LearningCurve versions={versions} />
        {blind ? <Reliability blind={blind} /> : null}
      </div>
      {blind ? <Parts version={version} /> : null}
    </section>
  );
}
