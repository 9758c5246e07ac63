import type { CatalogueModel, CatalogueQuestion, ModelOffer } from "../../api/types";

export type Mapping = Readonly<Record<string, string>>;

/** Label types whose labels may be left out where the model is not sure enough. */
const WITH_THRESHOLD = ["choices", "spans", "boxes"];
/** Label types of which every category has to be named by some label. */
const ONE_OF = ["choice", "rating"];

export function usable(question: CatalogueQuestion): ModelOffer[] {
  return question.offers.filter(({ why_not_code }) => why_not_code === null);
}

export function hasThreshold(question: CatalogueQuestion, offer: ModelOffer): boolean {
  return offer.purpose === "labels" && WITH_THRESHOLD.includes(question.type);
}

/** The categories that no label means, where that matters. */
export function missing(
  question: CatalogueQuestion,
  model: CatalogueModel,
  mapping: Mapping,
): string[] {
  if (model.labels.length === 0) return [];
  const meant = new Set(Object.values(mapping));
  if (!ONE_OF.includes(question.type) && meant.size > 0) return [];
  return question.classes.filter(({ id }) => !meant.has(id)).map(({ title }) => title);
}

/** What stands in the form at first: what is in use, else what has the same name. */
export function firstMapping(question: CatalogueQuestion, offer: ModelOffer): Mapping {
  const inUse = question.uses.find(
    ({ model, purpose }) => model === offer.model && purpose === offer.purpose,
  );
  return inUse?.mapping ?? offer.proposed;
}

/** Without the label, or with another meaning of it. */
export function mapped(mapping: Mapping, label: string, meaning: string | null): Mapping {
  const { [label]: _, ...others } = mapping;
  return meaning === null ? others : { ...others, [label]: meaning };
}
