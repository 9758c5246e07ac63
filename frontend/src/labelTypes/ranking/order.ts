/** An order while it is made. Pure. */

/** Puts an option into the next place, or takes it out; a full order takes no more. */
export function placed(order: readonly string[], id: string, places: number): string[] {
  if (order.includes(id)) return order.filter((other) => other !== id);
  return order.length < places ? [...order, id] : [...order];
}

/** Moves a placed option towards the first place (-1) or the last (1). */
export function moved(order: readonly string[], id: string, by: -1 | 1): string[] {
  const at = order.indexOf(id);
  const target = at + by;
  if (at === -1 || target < 0 || target >= order.length) return [...order];
  const rest = order.filter((other) => other !== id);
  return [...rest.slice(0, target), id, ...rest.slice(target)];
}

/** The options as they are shown: those placed, the best first, then the others. */
export function shownOrder(options: readonly string[], order: readonly string[]): string[] {
  return [...order, ...options.filter((id) => !order.includes(id))];
}
