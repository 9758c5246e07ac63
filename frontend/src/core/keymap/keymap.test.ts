import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Command, Keymap, type Scope } from "./keymap";
import { readSingleKeys, writeSingleKeys } from "./setting";
import { isSingleKey, optionKey, strokeOf, strokeParts } from "./strokes";

const keydown = (init: KeyboardEventInit) =>
  new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init });

function scope(floor: Scope["floor"], ...commands: Partial<Command>[]): Scope {
  return {
    floor,
    title: floor,
    commands: commands.map((command, index) => ({
      id: `${floor}.${index}`,
      title: "",
      keys: [],
      run: () => undefined,
      ...command,
    })),
  };
}

describe("strokes", () => {
  it("name letters by place, so that a Dvorak layout keeps them", () => {
    expect(strokeOf(keydown({ code: "KeyZ", key: ";" }))).toBe("KeyZ");
    expect(strokeOf(keydown({ code: "KeyZ", key: "Z", shiftKey: true }))).toBe("shift+KeyZ");
  });

  it("name digits by what they type, except with Alt", () => {
    expect(strokeOf(keydown({ code: "Digit1", key: "1" }))).toBe("1");
    expect(strokeOf(keydown({ code: "Digit1", key: "&" }))).toBe("&");
    expect(strokeOf(keydown({ code: "Digit1", key: "¡", altKey: true }))).toBe("alt+1");
    expect(strokeOf(keydown({ code: "Numpad4", key: "4" }))).toBe("4");
  });

  it("read the wide signs of a Chinese input method as what they stand for", () => {
    const wide = [
      ["Slash", "？"],
      ["BracketLeft", "【"],
      ["Digit1", "１"],
      ["Equal", "＋"],
    ] as const;
    expect(wide.map(([code, key]) => strokeOf(keydown({ code, key })))).toEqual([
      "?",
      "[",
      "1",
      "+",
    ]);
  });

  it("take Command for Ctrl and leave the shift of a sign out", () => {
    expect(strokeOf(keydown({ code: "Enter", key: "Enter", metaKey: true }))).toBe("ctrl+Enter");
    expect(strokeOf(keydown({ code: "Slash", key: "?", shiftKey: true }))).toBe("?");
    expect(strokeOf(keydown({ code: "Space", key: " " }))).toBe("Space");
  });

  it("are shown as key caps", () => {
    expect(strokeParts("ctrl+shift+KeyZ")).toEqual(["Ctrl", "⇧", "Z"]);
    expect(strokeParts("+")).toEqual(["+"]);
  });

  it("count options from 1 to 0, then along the row below", () => {
    expect([0, 8, 9, 10, 19].map(optionKey)).toEqual(["1", "9", "0", "KeyQ", "KeyP"]);
    expect(optionKey(20)).toBeNull();
  });

  it("know which keys type something by themselves", () => {
    expect(["KeyS", "1", "?", "Space", "shift+KeyZ"].every(isSingleKey)).toBe(true);
    expect(["Enter", "Escape", "ArrowUp", "ctrl+KeyZ", "alt+1"].some(isSingleKey)).toBe(false);
  });
});

describe("the keymap", () => {
  const keymap = new Keymap();
  let stop: () => void;
  const removals: (() => void)[] = [];
  const add = (added: Scope) => removals.push(keymap.add(added));
  const press = (init: KeyboardEventInit, target: EventTarget = document.body) => {
    const event = keydown(init);
    target.dispatchEvent(event);
    return event;
  };

  beforeEach(() => {
    stop = keymap.listen(window);
  });
  afterEach(() => {
    stop();
    for (const remove of removals.splice(0)) remove();
    keymap.singleKeys.set(true);
    document.body.replaceChildren();
  });

  it("asks the innermost scope first, and the next one when it declines", () => {
    const outer = vi.fn();
    const inner = vi.fn(() => false);
    add(scope("stage", { keys: ["Tab"], run: inner }));
    add(scope("workspace", { keys: ["Tab"], run: outer }));
    expect(press({ key: "Tab" }).defaultPrevented).toBe(true);
    expect(inner).toHaveBeenCalledOnce();
    expect(outer).toHaveBeenCalledOnce();
  });

  it("says nothing to the workspace of the key that closed a dialog", () => {
    const leave = vi.fn();
    add(scope("workspace", { keys: ["Escape"], run: leave }));
    const close = keymap.add({ ...scope("dialog"), modal: true });
    // As the kit's dialogs do, before our own listener hears of the key.
    window.addEventListener("keydown", close, { capture: true, once: true });
    press({ key: "Escape" });
    expect(leave).not.toHaveBeenCalled();
    press({ key: "Escape" });
    expect(leave).toHaveBeenCalledOnce();
  });

  it("acts once however long a key is held, but goes on moving", () => {
    const submit = vi.fn();
    const move = vi.fn();
    add(scope("workspace", { keys: ["Enter", "1"], run: submit }));
    add(scope("stage", { keys: ["ArrowLeft", "shift+ArrowLeft", "+", "["], run: move }));
    for (const repeat of [false, true, true]) {
      expect(press({ key: "Enter", repeat }).defaultPrevented).toBe(true);
      press({ code: "Digit1", key: "1", repeat });
      press({ key: "ArrowLeft", repeat });
      press({ key: "ArrowLeft", shiftKey: true, repeat });
      press({ code: "Equal", key: "+", repeat });
      press({ code: "BracketLeft", key: "[", repeat });
    }
    expect(submit).toHaveBeenCalledTimes(2);
    expect(move).toHaveBeenCalledTimes(12);
  });

  it("leaves to an input method the Enter that ends a composition, in Safari too", () => {
    const submit = vi.fn();
    add(scope("workspace", { keys: ["Enter", "ctrl+Enter"], run: submit }));
    press({ key: "Enter", isComposing: true });
    press({ key: "Process" });
    press({ key: "Enter", keyCode: 229 });
    expect(submit).not.toHaveBeenCalled();
    press({ key: "Enter", keyCode: 13 });
    expect(submit).toHaveBeenCalledOnce();
  });

  it("leaves alone what nobody takes", () => {
    expect(press({ code: "KeyQ", key: "q" }).defaultPrevented).toBe(false);
  });

  it("asks nothing below an open dialog", () => {
    const run = vi.fn();
    add(scope("workspace", { keys: ["KeyS"], run }));
    add({ ...scope("dialog"), modal: true });
    press({ code: "KeyS", key: "s" });
    expect(run).not.toHaveBeenCalled();
  });

  it("is silent in text fields but for Ctrl, Alt and Escape", () => {
    const run = vi.fn();
    add(
      scope("workspace", {
        keys: ["1", "Enter", "ctrl+Enter", "alt+2", "Escape", "ctrl+KeyZ"],
        run,
      }),
    );
    const field = document.createElement("textarea");
    document.body.append(field);
    press({ code: "Digit1", key: "1" }, field);
    press({ key: "Enter" }, field);
    press({ code: "KeyZ", key: "z", ctrlKey: true }, field);
    expect(run).not.toHaveBeenCalled();
    press({ key: "Enter", ctrlKey: true }, field);
    press({ code: "Digit2", key: "2", altKey: true }, field);
    press({ key: "Escape" }, field);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it("leaves Enter and Space to a focused button, but not other keys", () => {
    const run = vi.fn();
    add(scope("workspace", { keys: ["Enter", "Space", "KeyS"], run }));
    const button = document.createElement("button");
    document.body.append(button);
    press({ key: "Enter" }, button);
    press({ key: " ", code: "Space" }, button);
    expect(run).not.toHaveBeenCalled();
    press({ code: "KeyS", key: "s" }, button);
    expect(run).toHaveBeenCalledOnce();
  });

  it("keeps quiet while an input method composes", () => {
    const run = vi.fn();
    add(scope("workspace", { keys: ["KeyN"], run }));
    press({ code: "KeyN", key: "n", isComposing: true });
    press({ code: "KeyN", key: "Process" });
    expect(run).not.toHaveBeenCalled();
  });

  it("can be told to leave single keys alone", () => {
    const run = vi.fn();
    add(scope("workspace", { keys: ["KeyS", "ctrl+KeyS"], run }));
    keymap.singleKeys.set(false);
    press({ code: "KeyS", key: "s" });
    expect(run).not.toHaveBeenCalled();
    press({ code: "KeyS", key: "s", ctrlKey: true });
    expect(run).toHaveBeenCalledOnce();
  });

  it("runs a command of release when the key comes up, unless the pointer was used", () => {
    const run = vi.fn();
    add(scope("workspace", { keys: ["Space"], run, onRelease: true }));
    const release = () => window.dispatchEvent(new KeyboardEvent("keyup", { code: "Space" }));
    press({ code: "Space", key: " " });
    expect(run).not.toHaveBeenCalled();
    release();
    expect(run).toHaveBeenCalledOnce();
    press({ code: "Space", key: " " });
    window.dispatchEvent(new Event("pointerdown"));
    release();
    expect(run).toHaveBeenCalledOnce();
  });

  it("reports two commands on one key of one floor, not of two", () => {
    add(scope("workspace", { id: "a", keys: ["KeyS"] }, { id: "b", keys: ["KeyS"] }));
    add(scope("stage", { id: "c", keys: ["KeyS"] }));
    expect(keymap.collisions()).toEqual([
      { stroke: "KeyS", floor: "workspace", commands: ["a", "b"] },
    ]);
  });

  it("remembers the switch for single keys", () => {
    expect(readSingleKeys(localStorage)).toBe(true);
    writeSingleKeys(localStorage, false);
    expect(readSingleKeys(localStorage)).toBe(false);
    localStorage.clear();
  });
});
