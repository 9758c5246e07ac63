import { Button, NumberInput, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { NearDuplicates } from "../../api/types";
import { errorText } from "../../ui/errorText";
import { Notice } from "../../ui/Notice";
import { Panel } from "../../ui/Panel";
import classes from "./similar.module.css";
import { useSearch } from "./useRules";

const PERCENT = 100;
/** In per cent, as the server bounds them. */
const BOUNDS = {
  least_likeness: [80, 100],
  least_shared: [70, 100],
  audit_share: [1, 100],
} as const;
type Name = keyof typeof BOUNDS;
const NAMES: readonly Name[] = ["least_likeness", "least_shared", "audit_share"];

interface Props {
  projectId: number;
  data: NearDuplicates;
  isBusy: boolean;
}

/** What counts as a near-duplicate; looking for them changes no item. */
export function RulesPanel({ projectId, data, isBusy }: Props) {
  const { t } = useTranslation(["similar", "common"]);
  const { rules } = data;
  const [wish, setWish] = useState(rules);
  const search = useSearch(projectId);
  const isFixed = rules.is_spread || isBusy;
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    const changed = NAMES.filter((name) => wish[name] !== rules[name]);
    search.mutate(Object.fromEntries(changed.map((name) => [name, wish[name]])));
  };
  return (
    <Panel title={t("rules.title")} note={t("rules.note")}>
      <form onSubmit={handleSubmit} className={classes.form}>
        <div className={classes.fields}>
          {NAMES.map((name) => (
            <NumberInput
              key={name}
              label={t(`rules.${name}`)}
              description={t(`rules.${name}_note`)}
              suffix="%"
              min={BOUNDS[name][0]}
              max={BOUNDS[name][1]}
              decimalScale={1}
              disabled={isFixed}
              value={Math.round(wish[name] * PERCENT * 10) / 10}
              onChange={(value) => setWish({ ...wish, [name]: Number(value) / PERCENT })}
            />
          ))}
        </div>
        <p className={classes.words}>{t("rules.words")}</p>
        {rules.is_spread ? <Notice tone="plain">{t("rules.fixed")}</Notice> : null}
        {search.error ? (
          <Text role="alert" size="sm" c="var(--bad)">
            {errorText(search.error, t)}
          </Text>
        ) : null}
        <div className={classes.buttons}>
          <Button type="submit" variant="default" loading={search.isPending || isBusy}>
            {t("rules.find")}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
