/** Which boxes of different voters mean the same thing. */

import { iou } from "../../core/geometry";
import type { Box } from "../../core/schema";

export interface VotedBox {
  voice: string;
  box: Box;
}

export interface Group {
  /** The first voter's box stands for all of them. */
  box: Box;
  names: string[];
  /** The least overlap with the first voter's box; 1 when only one voter drew it. */
  overlap: number;
}

/** Half of the area shared is the usual line between "the same thing" and "another". */
const SAME = 0.5;

/** Greedy: each box joins the group of its category it overlaps best, one box a voter. */
export function groupBoxes(boxes: readonly VotedBox[]): Group[] {
  const groups: Group[] = [];
  for (const { voice, box } of boxes) {
    const best = groups
      .filter((group) => group.box.category === box.category && !group.names.includes(voice))
      .map((group) => ({ group, shared: iou(group.box, box) }))
      .filter(({ shared }) => shared >= SAME)
      .sort((a, b) => b.shared - a.shared)[0];
    if (!best) {
      groups.push({ box, names: [voice], overlap: 1 });
      continue;
    }
    best.group.names.push(voice);
    best.group.overlap = Math.min(best.group.overlap, best.shared);
  }
  return groups;
}
