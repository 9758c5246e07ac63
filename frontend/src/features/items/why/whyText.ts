import type { TFunction } from "i18next";
import type { LabelSchema, WhyDecision } from "../../../api/types";
import { classTitle } from "../../../ui/classTitle";
import type { Format } from "../../../ui/format";
import { worthOf } from "../reasonText";
import { surenessOf } from "./story";

type Translate = TFunction<"items">;

function hasExpert({ prices }: WhyDecision): boolean {
  return typeof prices === "object" && prices !== null && "expert" in prices
    ? prices.expert !== null
    : true;
}

/** Why it did not stop earlier, in the words of the server's own three cases. */
export function whyNotCheaper(
  decision: WhyDecision,
  earlier: WhyDecision | null,
  t: Translate,
  format: Format,
): string {
  const { votes, min_overlap: fewest } = decision;
  if (typeof fewest === "number" && votes <= fewest) {
    return t("why.cheaper.atLeast", { count: fewest });
  }
  if (!earlier) return t("why.cheaper.allAnswered");
  return t("why.cheaper.notSure", {
    count: earlier.votes,
    sure: format.percent(surenessOf(earlier), 1),
  });
}

/** Why nobody dearer was asked instead. */
export function whyNotHigher(decision: WhyDecision, t: Translate, format: Format): string {
  if (decision.kind === "dispute.opened") return t("why.higher.highest");
  if (decision.measure !== "price") {
    const { threshold } = decision;
    return t("why.higher.threshold", {
      threshold: typeof threshold === "number" ? format.chosenPercent(threshold) : "–",
    });
  }
  if (!hasExpert(decision)) return t("why.higher.noExpert");
  // The server gives experts no worth while the crowd gains more.
  if (decision.code === "crowd_gains_more") return t("why.higher.crowdFirst");
  const worth = worthOf(decision, "expert");
  if (worth <= 0) return t("why.higher.noGain");
  return t(worth < 1 ? "why.higher.tooDear" : "why.higher.lessThanCrowd", {
    worth: format.decimal(worth),
  });
}

/** What a model said of a question and how far that counted, in the words of the server's cases. */
export function modelText(
  told: WhyDecision["model"][number],
  schema: LabelSchema,
  t: Translate,
  format: Format,
): string {
  const question = schema.questions.find(({ id }) => id === told.question);
  const titleOf = (name: string) => (question ? classTitle(question, name) : name);
  const count = told.measured_on;
  if (!told.was_shown && told.exponent === 0 && count < told.needed) {
    return t("why.model.unmeasured", { count, needed: told.needed });
  }
  if (told.label === null) return t("why.model.unheard", { count });
  const said = { label: titleOf(told.label), share: format.percent(told.share, 1) };
  if (told.was_shown) return t("why.model.shown", said);
  if (told.exponent === 0) return t("why.model.useless", { ...said, count });
  const sure = format.percent(told.alone?.confidence, 1);
  if (told.alone?.label === null) return t("why.model.voted", { ...said, sure });
  return t("why.model.counted", {
    ...said,
    exponent: format.decimal(told.exponent),
    alone: titleOf(told.alone?.label ?? ""),
    sure,
  });
}
