import type { TFunction } from "i18next";
import { expect, it } from "vitest";
import { collisionsOf } from "../core/keymap/keymap";
import { boxesCommands } from "./boxes/commands";
import { spansCommands } from "./spans/commands";

const words = ((key: string) => key) as unknown as TFunction<"labelTypes">;
const nothing = () => undefined;

it("no key of the text stage does two things", () => {
  const actions = {
    move: nothing,
    moveLine: nothing,
    step: nothing,
    remove: nothing,
    leave: nothing,
  };
  const commands = spansCommands(words, actions);
  expect(collisionsOf([{ floor: "stage", title: "", commands }])).toEqual([]);
});

it.each([true, false])("no key of the picture stage does two things", (isZeroTaken) => {
  const actions = {
    create: nothing,
    nudge: nothing,
    step: nothing,
    remove: nothing,
    leave: nothing,
    zoom: nothing,
    fit: nothing,
  };
  const commands = boxesCommands(words, actions, isZeroTaken);
  expect(collisionsOf([{ floor: "stage", title: "", commands }])).toEqual([]);
  expect(commands.some((command) => command.keys.includes("0"))).toBe(!isZeroTaken);
});
