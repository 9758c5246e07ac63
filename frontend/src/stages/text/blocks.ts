/** A long text cut into blocks that are drawn, measured and watched one by one. */

export interface Block {
  /** Place of the block's first UTF-16 unit in the whole text. */
  start: number;
  text: string;
}

/** A line is a block, until there would be too many of them. */
const MOST_BLOCKS = 2_000;
const MOST = 6_000;

/** Where a line without breaks may be cut: after a space, never inside a surrogate pair. */
function cutOf(text: string, from: number): number {
  const limit = from + MOST;
  const space = text.lastIndexOf(" ", limit);
  if (space > from + MOST / 2) return space + 1;
  const isInsidePair = /[\udc00-\udfff]/.test(text.charAt(limit));
  return isInsidePair ? limit - 1 : limit;
}

function endOfBlock(text: string, start: number, least: number): number {
  const newline = text.indexOf("\n", Math.min(text.length, start + least));
  const end = newline === -1 ? text.length : newline + 1;
  if (end - start <= MOST) return end;
  const earlier = text.lastIndexOf("\n", start + MOST);
  return earlier > start ? earlier + 1 : cutOf(text, start);
}

export function splitBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  const least = Math.floor(text.length / MOST_BLOCKS);
  for (let start = 0; start < text.length; ) {
    const end = endOfBlock(text, start, least);
    blocks.push({ start, text: text.slice(start, end) });
    start = end;
  }
  return blocks;
}

/** Index of the block a place belongs to; the end of the text belongs to the last one. */
export function blockAt(blocks: readonly Block[], unit: number): number {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((blocks[middle]?.start ?? 0) <= unit) low = middle;
    else high = middle - 1;
  }
  return low;
}
