/** Undo and redo of one draft, as a value. */

export interface History<State> {
  past: readonly State[];
  present: State;
  future: readonly State[];
  /** Changes with the same key, one right after the other, are undone together. */
  lastKey: string | null;
}

const DEPTH = 200;

export function startHistory<State>(present: State): History<State> {
  return { past: [], present, future: [], lastKey: null };
}

export function record<State>(
  history: History<State>,
  present: State,
  key: string | null = null,
): History<State> {
  if (present === history.present) return history;
  const joins = key !== null && key === history.lastKey;
  const past = joins ? history.past : [...history.past, history.present].slice(-DEPTH);
  return { past, present, future: [], lastKey: key };
}

export function undo<State>(history: History<State>): History<State> {
  const present = history.past.at(-1);
  if (present === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present,
    future: [history.present, ...history.future],
    lastKey: null,
  };
}

export function redo<State>(history: History<State>): History<State> {
  const [present, ...future] = history.future;
  if (present === undefined) return history;
  return { past: [...history.past, history.present], present, future, lastKey: null };
}

export function canUndo<State>(history: History<State>): boolean {
  return history.past.length > 0;
}
