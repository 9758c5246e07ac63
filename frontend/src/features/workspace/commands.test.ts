import type { TFunction } from "i18next";
import { expect, it } from "vitest";
import { collisionsOf } from "../../core/keymap/keymap";
import { type WorkspaceActions, workspaceCommands } from "./commands";

it("no key of the workspace does two things", () => {
  const words = ((key: string) => key) as unknown as TFunction<"workspace">;
  const actions = new Proxy({} as WorkspaceActions, { get: () => () => undefined });
  const commands = workspaceCommands(words, actions);
  expect(collisionsOf([{ floor: "workspace", title: "", commands }])).toEqual([]);
});
