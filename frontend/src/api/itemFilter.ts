/** The filters of the items, as the address of the screen, a saved view and the server have them. */
const FILTERS = [
  "stage",
  "search",
  "external",
  "label",
  "sure",
  "settled_by",
  "settled_on",
  "source",
  "judged_by",
  "commented",
  "gold",
  "differs",
] as const;

export type FilterName = (typeof FILTERS)[number];
export type ItemFilter = Partial<Record<FilterName, string>>;

/** What of an address is a filter; all else is left out. */
export function readFilter(search: Record<string, unknown>): ItemFilter {
  const found: ItemFilter = {};
  for (const name of FILTERS) {
    const value = search[name];
    if (typeof value === "string" && value !== "") found[name] = value;
    // An address with a bare number, as of a source, is read as one.
    if (typeof value === "number") found[name] = `${value}`;
  }
  return found;
}
