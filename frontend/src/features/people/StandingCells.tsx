import { Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Bounds, Footing, Member, Rung } from "../../api/types";
import { IntervalBar } from "../../ui/charts/IntervalBar";
import { useFormat } from "../../ui/format";
import { Tag, type Tone } from "../../ui/Tag";
import classes from "./people.module.css";

const TONES: Record<Rung, Tone> = {
  none: "good",
  hint: "warn",
  slower: "warn",
  other_tier: "warn",
  paused: "bad",
};

type Measure = NonNullable<Footing["measure"]>;

/** The mean of several questions; their bounds too, which is wider than need be. */
function accuracyOf({ questions }: Measure): Bounds | null {
  const all = Object.values(questions).map(({ accuracy }) => accuracy);
  if (all.length === 0) return null;
  const mean = (of: (bounds: Bounds) => number) =>
    all.reduce((sum, bounds) => sum + of(bounds), 0) / all.length;
  return {
    value: mean((b) => b.value),
    lower: mean((b) => b.lower),
    upper: mean((b) => b.upper),
    evidence: Math.max(...all.map((b) => b.evidence)),
  };
}

function nats({ questions }: Measure): number | null {
  const all = Object.values(questions).map(({ information }) => information.value);
  return all.length === 0 ? null : all.reduce((sum, value) => sum + value, 0) / all.length;
}

/** An average judgment stands in the middle of the bar of twice its worth. */
const SCALE = 2;

interface BarProps {
  bounds: Bounds;
  scale: number;
  label: string;
  note: string;
}

function Bar({ bounds, scale, label, note }: BarProps) {
  const format = useFormat();
  return (
    <>
      <IntervalBar
        value={bounds.value / scale}
        low={bounds.lower / scale}
        high={bounds.upper / scale}
        label={label}
      />
      <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
        {format.percent(bounds.value)} · {note}
      </Text>
    </>
  );
}

function Measured({ name, measure }: { name: string; measure: Measure }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const words = ({ value, lower, upper }: Bounds) => ({
    name,
    value: format.percent(value),
    lower: format.percent(lower),
    upper: format.percent(upper),
  });
  const accuracy = accuracyOf(measure);
  const { compared, gold, gold_met } = measure;
  const value = format.decimal(nats(measure));
  return (
    <>
      <Table.Td miw={104}>
        {compared ? (
          <Bar
            bounds={compared}
            scale={SCALE}
            label={t("standing.informationOf", words(compared))}
            note={t("standing.nats", { value })}
          />
        ) : (
          "–"
        )}
      </Table.Td>
      <Table.Td miw={104}>
        {accuracy ? (
          <Bar
            bounds={accuracy}
            scale={1}
            label={t("standing.accuracyOf", words(accuracy))}
            note={`${format.percent(accuracy.lower)}–${format.percent(accuracy.upper)}`}
          />
        ) : (
          "–"
        )}
      </Table.Td>
      <Table.Td ta="end">
        {gold > 0 ? t("standing.goldMet", { met: format.percent(gold_met), count: gold }) : "–"}
      </Table.Td>
    </>
  );
}

function RungCell({ footing }: { footing: Footing }) {
  const { t } = useTranslation("people");
  const { rung, overruled, measure } = footing;
  return (
    // Words are read, not spelled: what is written under the rung has room for more than one.
    <Table.Td className={classes.rung}>
      <Tag tone={TONES[rung]}>{t(`common:rungs.${rung}`)}</Tag>
      <Text size="xs" c="dimmed" mt={2}>
        {overruled ? t("standing.set") : measure ? t(`standing.why.${measure.why}`) : null}
      </Text>
      {overruled ? (
        <Text size="xs" c="dimmed" fs="italic" lineClamp={2} maw={160}>
          {overruled.reason}
        </Text>
      ) : null}
      {measure ? <Alike measure={measure} /> : null}
    </Table.Td>
  );
}

/** Told to leads, and nothing follows from it by itself. */
function Alike({ measure }: { measure: Measure }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  return measure.alike.map(({ question, worker, mistakes, shared, expected }) => (
    <Text key={`${question} ${worker}`} size="xs" mt={4} maw={200}>
      <Tag tone="warn">{t("standing.alike")}</Tag>{" "}
      {t("standing.alikeWith", {
        worker,
        shared: format.number(shared),
        mistakes: format.number(mistakes),
        expected: format.decimal(expected),
      })}
    </Text>
  ));
}

/** Where a worker stands and by what; leads and experts are not measured. */
export function StandingCells({ member }: { member: Member }) {
  const { t } = useTranslation("people");
  const { footing, role } = member;
  if (role !== "crowd") return <Table.Td colSpan={4} />;
  return (
    <>
      <RungCell footing={footing} />
      {footing.measure ? (
        <Measured name={member.display_name || member.username} measure={footing.measure} />
      ) : (
        <Table.Td colSpan={3} c="dimmed">
          {t("standing.none")}
        </Table.Td>
      )}
    </>
  );
}
