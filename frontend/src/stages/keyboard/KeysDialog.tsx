import { Modal, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Command, Scope } from "../../core/keymap/keymap";
import { useReturnFocus } from "../../ui/useReturnFocus";
import { useKeymap } from "./KeymapProvider";
import { Keys } from "./Keys";
import classes from "./KeysDialog.module.css";
import { useScope, useSingleKeys } from "./useScope";

interface Props {
  onClose: () => void;
}

/** More keys than this for one command are a row of digits. */
const SHOWN = 4;

/** A row of digits is named by its ends: `alt+1–9`. */
function shownKeys(keys: readonly string[]): readonly string[] {
  return keys.length > SHOWN ? [`${keys[0]}–${keys.at(-1)?.split("+").at(-1)}`] : keys;
}

/** Scopes of one title stand together, each command once with all its keys. */
function bySection(scopes: readonly Scope[]): [title: string, commands: Command[]][] {
  const sections = new Map<string, Map<string, Command>>();
  for (const scope of scopes) {
    const section = sections.get(scope.title) ?? new Map<string, Command>();
    for (const command of scope.commands) {
      const keys = [...(section.get(command.title)?.keys ?? []), ...command.keys];
      section.set(command.title, { ...command, keys });
    }
    sections.set(scope.title, section);
  }
  return [...sections].map(([title, commands]) => [title, [...commands.values()]]);
}

function Section({ title, commands }: { title: string; commands: Command[] }) {
  return (
    <section className={classes.section}>
      <h3>{title}</h3>
      <dl>
        {commands.map((command) => (
          <div key={command.id}>
            <dt>{command.title}</dt>
            <dd>
              {shownKeys(command.keys).map((stroke) => (
                <span key={stroke} className={classes.stroke}>
                  <Keys stroke={stroke} />
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Every key in force, and the switch for single ones. */
export function KeysDialog({ onClose }: Props) {
  const { t } = useTranslation("labelTypes");
  const keymap = useKeymap();
  const hasSingleKeys = useSingleKeys();
  useReturnFocus();
  useScope({
    floor: "dialog",
    title: t("keys.title"),
    commands: [{ id: "keys.close", title: t("keys.close"), keys: ["?", "Escape"], run: onClose }],
    modal: true,
  });
  const scopes = keymap?.scopes.read().filter((scope) => !scope.modal) ?? [];
  return (
    <Modal opened onClose={onClose} title={t("keys.title")} size="xl">
      <div className={classes.sections}>
        {bySection([...scopes].reverse()).map(([title, commands]) => (
          <Section key={title} title={title} commands={commands} />
        ))}
      </div>
      <Switch
        mt="md"
        label={t("keys.single")}
        description={t("keys.singleNote")}
        checked={hasSingleKeys}
        onChange={(event) => keymap?.singleKeys.set(event.currentTarget.checked)}
      />
    </Modal>
  );
}
