/** A value that tells its readers when it was replaced. Fits React's useSyncExternalStore. */

export class Observable<State> {
  #state: State;
  readonly #readers = new Set<() => void>();

  constructor(state: State) {
    this.#state = state;
  }

  readonly read = (): State => this.#state;

  readonly subscribe = (reader: () => void): (() => void) => {
    this.#readers.add(reader);
    return () => {
      this.#readers.delete(reader);
    };
  };

  set(state: State): void {
    if (Object.is(state, this.#state)) return;
    this.#state = state;
    for (const reader of [...this.#readers]) reader();
  }

  patch(part: Partial<State>): void {
    this.set({ ...this.#state, ...part });
  }
}
