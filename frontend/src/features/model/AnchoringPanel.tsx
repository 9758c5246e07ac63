import { Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import type { Anchoring } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Loaded } from "../../ui/Loaded";
import { Panel } from "../../ui/Panel";
import { Stat } from "../../ui/Stat";
import { Waiting } from "../../ui/Waiting";
import classes from "./model.module.css";

type Measured = Anchoring["questions"][number];

function Figures({ measured }: { measured: Measured }) {
  const { t } = useTranslation("model");
  const { percent, chosenPercent, decimal } = useFormat();
  const { effect, seconds_saved: saved, needed, changed_after_check: check } = measured;
  const isEnough = needed.shown === 0 && needed.kept_back === 0;
  return (
    <div className={classes.latest}>
      <Stat
        value={percent(effect?.value, 1)}
        label={t("anchoring.effect")}
        note={
          effect
            ? t("anchoring.interval", {
                low: percent(effect.low, 1),
                high: percent(effect.high, 1),
              })
            : t("anchoring.noEffect")
        }
      />
      <Stat
        value={isEnough ? t("anchoring.enough") : `${needed.shown} + ${needed.kept_back}`}
        label={t("anchoring.needed")}
        note={t("anchoring.neededNote", {
          count: needed.each,
          effect: chosenPercent(needed.effect),
        })}
      />
      <Stat
        value={saved ? t("anchoring.seconds", { value: decimal(saved.value) }) : "–"}
        label={t("anchoring.saved")}
        note={
          saved
            ? t("anchoring.interval", { low: decimal(saved.low), high: decimal(saved.high) })
            : t("anchoring.noTime")
        }
      />
      {check.differed > 0 ? (
        <Stat
          value={`${check.followed} / ${check.differed}`}
          label={t("anchoring.followed")}
          note={t("anchoring.followedNote")}
        />
      ) : null}
    </div>
  );
}

function Bands({ measured }: { measured: Measured }) {
  const { t } = useTranslation("model");
  const { percent, chosenPercent, number } = useFormat();
  if (measured.bands.length === 0) return null;
  return (
    <Table aria-label={t("anchoring.bands")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("anchoring.confidence")}</Table.Th>
          {(["accepted", "edited", "rejected"] as const).map((fate) => (
            <Table.Th key={fate} ta="end">
              {t(`anchoring.${fate}`)}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {measured.bands.map(({ low, high, accepted, edited, rejected }) => (
          <Table.Tr key={low}>
            <Table.Td>
              {chosenPercent(low)} – {chosenPercent(high)}
            </Table.Td>
            {[accepted, edited, rejected].map((count, place) => (
              <Table.Td key={["accepted", "edited", "rejected"][place]} ta="end">
                {number(count)} · {percent(count / (accepted + edited + rejected), 1)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** What showing predictions does to people; nothing where none was ever shown. */
export function AnchoringPanel({ project }: { project: number }) {
  const { t } = useTranslation("model");
  const anchoring = useQuery({
    queryKey: ["anchoring", project],
    queryFn: () => api.get<Anchoring>(`projects/${project}/model/anchoring/`),
  });
  if (!anchoring.data) {
    return (
      <Panel title={t("anchoring.panel")}>
        <Loaded query={anchoring} waiting={<Waiting rows={1} />}>
          {() => null}
        </Loaded>
      </Panel>
    );
  }
  return anchoring.data.questions.map((measured) => (
    <Panel
      key={measured.question}
      title={t("anchoring.title", { question: measured.title || measured.question })}
      note={t("anchoring.note", { shown: measured.shown, kept: measured.kept_back })}
    >
      <Figures measured={measured} />
      <Bands measured={measured} />
    </Panel>
  ));
}
