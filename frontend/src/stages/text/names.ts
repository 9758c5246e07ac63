/** Names of marks stay within their text: the last ones of a line move to the left. */

/** Of generated words nobody tells the width; these are rather too wide, for 10.5 px. */
const LATIN = 6.4;
const WIDE = 11;
const IS_WIDE = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]/;

export function widthOfName(name: string): number {
  return [...name].reduce((sum, letter) => sum + (IS_WIDE.test(letter) ? WIDE : LATIN), 0);
}

/** How far a name moves to the left, so that it ends in time and begins no earlier than the text. */
export function shiftOfName(name: string, at: number, width: number): number {
  const missing = at + widthOfName(name) - width;
  return Math.max(0, Math.min(missing, at));
}

function place(block: HTMLElement): void {
  const { left, width } = block.getBoundingClientRect();
  const names = [...block.querySelectorAll<HTMLElement>("[data-name]")];
  // First all is read, then all is written: the browser lays out once.
  const shifts = names.map((name) =>
    shiftOfName(name.dataset.name ?? "", name.getBoundingClientRect().left - left, width),
  );
  for (const [index, name] of names.entries()) {
    name.style.setProperty("--shift", `${-(shifts[index] ?? 0)}px`);
  }
}

/** Places the names of a block, and again whenever its width changes. */
export function keepNamesWithin(block: HTMLElement): () => void {
  place(block);
  const observer = new ResizeObserver(() => place(block));
  observer.observe(block);
  return () => observer.disconnect();
}
