import type { TFunction } from "i18next";
import type { Dispute } from "../../api/types";
import type { Command } from "../../core/keymap/keymap";
import type { Stroke } from "../../core/keymap/strokes";
import { type Choice, choicesOf, isBlind, KEEP, MODEL, OWN } from "./verdict";

const PHRASES = ["boundary", "category", "gap", "slip"] as const;

/** Reasons that come up every day, each with its key. */
export const REASON_KEYS = PHRASES.map((phrase, index) => ({
  phrase,
  stroke: `alt+${index + 1}`,
}));

export function choiceKey(dispute: Dispute, choice: Choice): Stroke {
  if (choice === KEEP) return "KeyK";
  if (choice === OWN) return "KeyO";
  if (choice === MODEL) return "KeyM";
  return `${dispute.votes.findIndex((vote) => vote.voter === choice) + 1}`;
}

export interface DeskActions {
  choose: (choice: Choice) => unknown;
  phrase: (words: string) => unknown;
  decide: () => unknown;
  step: (direction: 1 | -1) => unknown;
  goTo: (number: number) => unknown;
  reason: () => unknown;
  toggleModel: () => unknown;
  escalate: () => unknown;
  next: () => unknown;
  keys: () => unknown;
  leave: () => unknown;
}

/** The reason is one line, where Enter decides; an answer in words may have many. */
function isNewLine(event: KeyboardEvent): boolean {
  return event.target instanceof HTMLTextAreaElement && !event.ctrlKey && !event.metaKey;
}

/** From question to question of the own answer. */
function steps(t: TFunction<"desk">, actions: DeskActions): Command[] {
  const command = (id: string, key: string, direction: 1 | -1): Command => ({
    id: `${id}.${key}`,
    title: t(`keys.${id}`),
    keys: [key],
    run: () => actions.step(direction),
    inTextField: key.endsWith("Tab"),
  });
  return [
    command("nextQuestion", "Tab", 1),
    command("nextQuestion", "ArrowDown", 1),
    command("previousQuestion", "shift+Tab", -1),
    command("previousQuestion", "ArrowUp", -1),
  ];
}

const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** As in the workspace: on a stage Tab goes from mark to mark. Beside a verdict these give reasons. */
function byNumber(t: TFunction<"desk">, actions: DeskActions): Command {
  return {
    id: "goTo",
    title: t("keys.goTo"),
    keys: NUMBERS.map((number) => `alt+${number}`),
    run: (event) => actions.goTo(Number(event.code.slice(-1))),
  };
}

export function deskCommands(
  t: TFunction<"desk">,
  dispute: Dispute | null,
  actions: DeskActions,
): Command[] {
  const simple: Command[] = [
    { id: "next", title: t("keys.next"), keys: ["KeyN"], run: actions.next },
    { id: "keys", title: t("keys.keys"), keys: ["?"], run: actions.keys },
  ];
  if (!dispute) return simple;
  const always: Command[] = [
    { id: "escalate", title: t("keys.escalate"), keys: ["KeyE"], run: actions.escalate },
    { id: "leave", title: t("keys.leave"), keys: ["Escape"], run: actions.leave },
    ...steps(t, actions),
    ...simple,
  ];
  const decide = (title: string): Command => ({
    id: "decide",
    title,
    keys: ["Enter", "ctrl+Enter"],
    run: (event) => (isNewLine(event) ? false : actions.decide()),
    inTextField: true,
  });
  if (isBlind(dispute)) return [decide(t("keys.commit")), byNumber(t, actions), ...always];
  const choices = choicesOf(dispute).map(
    (choice): Command => ({
      id: `choose.${choice}`,
      title: t("keys.choose", { choice: t(`choices.${choice}`, { defaultValue: choice }) }),
      keys: [choiceKey(dispute, choice)],
      run: () => actions.choose(choice),
    }),
  );
  const phrases = REASON_KEYS.map(
    ({ phrase, stroke }): Command => ({
      id: `phrase.${phrase}`,
      title: t("keys.phrase", { phrase: t(`phrases.${phrase}`) }),
      keys: [stroke],
      run: () => actions.phrase(t(`phrases.${phrase}`)),
    }),
  );
  return [
    ...choices,
    decide(t("keys.decide")),
    { id: "reason", title: t("keys.reason"), keys: ["KeyR"], run: actions.reason },
    ...phrases,
    { id: "toggleModel", title: t("keys.toggleModel"), keys: ["KeyH"], run: actions.toggleModel },
    ...always,
  ];
}
