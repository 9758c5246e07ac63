/** Between places in the text and places in the document. */

import { type Block, blockAt } from "./blocks";

export interface DomPlace {
  node: Node;
  offset: number;
}

interface TextPlace extends DomPlace {
  node: Text;
}

function textNodes(element: Node): Text[] {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes: Text[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) nodes.push(node as Text);
  return nodes;
}

/** A place just before `unit`'s sign; at the very end, just after the last sign. */
export function placeOf(root: Element, blocks: readonly Block[], unit: number): TextPlace | null {
  const index = blockAt(blocks, unit);
  const block = blocks[index];
  const element = root.querySelector(`[data-block="${index}"]`);
  if (!block || !element) return null;
  let left = unit - block.start;
  const nodes = textNodes(element);
  for (const node of nodes) {
    if (left < node.length) return { node, offset: left };
    left -= node.length;
  }
  const last = nodes.at(-1);
  return last ? { node: last, offset: last.length } : null;
}

export function rangeOf(
  root: Element,
  blocks: readonly Block[],
  start: number,
  end: number,
): Range | null {
  const from = placeOf(root, blocks, start);
  // The end belongs to the sign before it, or the range would reach into the next line.
  const to = end > start ? placeOf(root, blocks, end - 1) : from;
  if (!from || !to) return null;
  const range = document.createRange();
  range.setStart(from.node, from.offset);
  // Past the end of the text there is no further sign to take in.
  range.setEnd(to.node, Math.min(to.node.length, to.offset + (end > start ? 1 : 0)));
  return range;
}

function lengthBefore(element: Element, node: Node, offset: number): number {
  const range = document.createRange();
  range.setStart(element, 0);
  range.setEnd(node, offset);
  return range.toString().length;
}

/** Null when the place is outside of the text. */
export function unitOf(
  root: Element,
  blocks: readonly Block[],
  { node, offset }: DomPlace,
): number | null {
  const from = node instanceof Element ? node : node.parentElement;
  const element = from?.closest("[data-block]");
  if (!element || !root.contains(element)) return null;
  const block = blocks[Number(element.getAttribute("data-block"))];
  return block ? block.start + lengthBefore(element, node, offset) : null;
}

/** Boxes of a range in the coordinates of `root`; none where there is no layout. */
export function rectsOf(root: Element, range: Range): DOMRect[] {
  if (typeof range.getClientRects !== "function") return [];
  const origin = root.getBoundingClientRect();
  return [...range.getClientRects()].map(
    (rect) => new DOMRect(rect.x - origin.x, rect.y - origin.y, rect.width, rect.height),
  );
}

/** The place under a point of the window. */
export function placeAtPoint(x: number, y: number): DomPlace | null {
  if (typeof document.caretPositionFromPoint === "function") {
    const found = document.caretPositionFromPoint(x, y);
    return found ? { node: found.offsetNode, offset: found.offset } : null;
  }
  return null;
}
