/**
 * Drafts that a page is left with before the database has them. A write that is under way when a
 * page goes may be dropped with it; `localStorage` is written at once, so what is under way then
 * is left there and taken up on the next visit.
 */

export class LastWords {
  readonly #prefix: string;
  readonly #underWay = new Map<string, unknown>();

  constructor(name: string) {
    this.#prefix = `${name} last words `;
    window.addEventListener("pagehide", () => {
      for (const [key, value] of this.#underWay) {
        localStorage.setItem(this.#prefix + key, JSON.stringify(value));
      }
    });
  }

  /** Holds a value until `write` has it. */
  async guard(key: string, value: unknown, write: () => Promise<unknown>): Promise<void> {
    this.#underWay.set(key, value);
    await write();
    if (this.#underWay.get(key) === value) this.forget(key);
  }

  forget(key: string): void {
    this.#underWay.delete(key);
    localStorage.removeItem(this.#prefix + key);
  }

  /** What earlier visits left, each removed once `write` has it. */
  async takeUp(write: (key: string, value: unknown) => Promise<unknown>): Promise<void> {
    const left = Object.keys(localStorage).filter((name) => name.startsWith(this.#prefix));
    for (const name of left) {
      await write(
        name.slice(this.#prefix.length),
        JSON.parse(localStorage.getItem(name) ?? "null"),
      );
      localStorage.removeItem(name);
    }
  }
}
