/** One listener for all keys. Commands are registered by scope; the innermost scope is asked first. */

import { Observable } from "../observable";
import { isSingleKey, type Stroke, strokeOf } from "./strokes";

export interface Command {
  id: string;
  /** What it does, in the reader's language: shown in the list of keys. */
  title: string;
  keys: Stroke[];
  /** Answering false hands the key on to the next scope. */
  run: (event: KeyboardEvent) => unknown;
  /** Acts while a text field has the focus, even without Ctrl or Alt. */
  inTextField?: boolean;
  /** Acts when the key comes up again, and only when no pointer was used meanwhile. */
  onRelease?: boolean;
}

/** Higher floors are asked first. */
const FLOORS = { app: 0, workspace: 10, question: 20, stage: 30, dialog: 40 } as const;
export type Floor = keyof typeof FLOORS;

export interface Scope {
  floor: Floor;
  /** Heading in the list of keys. */
  title: string;
  commands: Command[];
  /** Nothing below is asked: a dialog is open. */
  modal?: boolean;
}

export interface Collision {
  stroke: Stroke;
  floor: Floor;
  commands: string[];
}

const TEXT_INPUTS = new Set([
  "text",
  "search",
  "email",
  "url",
  "tel",
  "password",
  "number",
  "date",
]);

function isTextField(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return TEXT_INPUTS.has(target.type);
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLElement && target.isContentEditable;
}

/** The one-line field of a question: Enter does there what it does outside of any field. */
function isQuestionField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.dataset.cursor !== undefined;
}

/** Enter and Space belong to a focused button, link, check box or search field. */
function isControl(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) {
    return target.type === "search" || !TEXT_INPUTS.has(target.type);
  }
  return target instanceof Element && target.closest("button, a[href], summary") !== null;
}

/**
 * Keys of an input method (Chinese, Japanese) are not ours. Safari ends the composition before the
 * Enter that ended it; only the old key code tells then.
 */
function isComposed(event: KeyboardEvent): boolean {
  return event.isComposing || event.key === "Process" || event.keyCode === 229;
}

export function collisionsOf(scopes: readonly Scope[]): Collision[] {
  const owners = new Map<string, Collision>();
  for (const { floor, commands } of scopes) {
    for (const command of commands) {
      for (const stroke of command.keys) {
        const key = `${floor} ${stroke}`;
        const found = owners.get(key) ?? { stroke, floor, commands: [] };
        found.commands.push(command.id);
        owners.set(key, found);
      }
    }
  }
  return [...owners.values()].filter((collision) => collision.commands.length > 1);
}

export class Keymap {
  /** The scopes in force; read by the list of keys. */
  readonly scopes = new Observable<readonly Scope[]>([]);
  readonly singleKeys: Observable<boolean>;
  #pending: { code: string; run: () => void } | null = null;
  /** Whether a dialog was open when the key went down, before it could close it. */
  #wasWalled = false;

  constructor(singleKeys = true) {
    this.singleKeys = new Observable(singleKeys);
  }

  add(scope: Scope): () => void {
    this.scopes.set([...this.scopes.read(), scope]);
    return () => this.scopes.set(this.scopes.read().filter((other) => other !== scope));
  }

  collisions(): Collision[] {
    return collisionsOf(this.scopes.read());
  }

  listen(target: Window): () => void {
    const look = () => {
      this.#wasWalled = this.#hasWall();
    };
    const handleDown = (event: KeyboardEvent) => this.handleDown(event);
    const handleUp = (event: KeyboardEvent) => this.handleUp(event);
    const cancel = () => {
      this.#pending = null;
    };
    target.addEventListener("keydown", look, true);
    target.addEventListener("keydown", handleDown);
    target.addEventListener("keyup", handleUp);
    target.addEventListener("pointerdown", cancel, true);
    target.addEventListener("blur", cancel);
    return () => {
      target.removeEventListener("keydown", look, true);
      target.removeEventListener("keydown", handleDown);
      target.removeEventListener("keyup", handleUp);
      target.removeEventListener("pointerdown", cancel, true);
      target.removeEventListener("blur", cancel);
    };
  }

  handleDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || isComposed(event)) return;
    // What closed a dialog is done: the workspace below does not hear of it.
    if (this.#wasWalled && !this.#hasWall()) return;
    const stroke = strokeOf(event);
    if (this.#belongsToControl(event, stroke)) return;
    for (const command of this.#candidates(stroke)) {
      if (!this.#mayRun(command, event, stroke)) continue;
      if (this.#run(command, event, stroke) === false) continue;
      event.preventDefault();
      return;
    }
  }

  handleUp(event: KeyboardEvent): void {
    const pending = this.#pending;
    if (!pending || pending.code !== event.code) return;
    this.#pending = null;
    pending.run();
  }

  #run(command: Command, event: KeyboardEvent, stroke: Stroke): unknown {
    if (event.repeat && !goesOn(stroke)) return true;
    if (!command.onRelease) return command.run(event);
    this.#pending = { code: event.code, run: () => command.run(event) };
    return true;
  }

  #hasWall(): boolean {
    return this.scopes.read().some((scope) => scope.modal);
  }

  #belongsToControl(event: KeyboardEvent, stroke: Stroke): boolean {
    return (stroke === "Enter" || stroke === "Space") && isControl(event.target);
  }

  #candidates(stroke: Stroke): Command[] {
    const ordered = [...this.scopes.read()]
      .reverse()
      .sort((a, b) => FLOORS[b.floor] - FLOORS[a.floor]);
    const wall = ordered.findIndex((scope) => scope.modal);
    const asked = wall === -1 ? ordered : ordered.slice(0, wall + 1);
    return asked.flatMap((scope) =>
      scope.commands.filter((command) => command.keys.includes(stroke)),
    );
  }

  #mayRun(command: Command, event: KeyboardEvent, stroke: Stroke): boolean {
    if (isSingleKey(stroke) && !this.singleKeys.read()) return false;
    if (!isTextField(event.target) || command.inTextField) return true;
    if (stroke === "Enter" && isQuestionField(event.target)) return true;
    return (/^(ctrl|alt)\+/.test(stroke) && !isEditing(stroke)) || stroke === "Escape";
  }
}

/**
 * Held down, these act again and again. Any other key acts once: an Enter held a moment too long
 * would answer the items that come next, a Backspace remove all that was marked.
 */
function goesOn(stroke: Stroke): boolean {
  return /(Arrow\w+|Page\w+|Tab|KeyZ|[[\]+=_-])$/.test(stroke);
}

/** Inside a text field these move and edit the text, as everywhere else. */
function isEditing(stroke: Stroke): boolean {
  return /(Arrow\w+|Home|End|Backspace|Delete|Key[ACVXZY])$/.test(stroke);
}
