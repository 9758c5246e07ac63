import type { TFunction } from "i18next";
import type { LabelSchema } from "../../api/types";

const RED = "#e03131";
const GREEN = "#2f9e44";
const GREY = "#868e96";
const BLUE = "#228be6";
const ORANGE = "#f08c00";
const VIOLET = "#be4bdb";

export const TEMPLATES = [
  "sentiment",
  "entailment",
  "entities",
  "boxes",
  "preference",
  "rating",
] as const;
export type TemplateName = (typeof TEMPLATES)[number];

type Words = (key: string) => string;

const SCHEMAS: Record<TemplateName, (w: Words) => LabelSchema> = {
  sentiment: (w) => ({
    inputs: [{ id: "text", type: "text", title: w("text") }],
    questions: [
      {
        id: "sentiment",
        type: "choice",
        title: w("question"),
        categories: [
          { id: "positive", title: w("positive"), description: w("positiveText"), color: GREEN },
          { id: "neutral", title: w("neutral"), description: w("neutralText"), color: GREY },
          { id: "negative", title: w("negative"), description: w("negativeText"), color: RED },
        ],
      },
    ],
  }),
  entailment: (w) => ({
    inputs: [
      { id: "premise", type: "text", title: w("premise") },
      { id: "hypothesis", type: "text", title: w("hypothesis") },
    ],
    questions: [
      {
        id: "relation",
        type: "choice",
        title: w("question"),
        categories: [
          {
            id: "entailment",
            title: w("entailment"),
            description: w("entailmentText"),
            color: GREEN,
          },
          { id: "neutral", title: w("neutral"), description: w("neutralText"), color: GREY },
          {
            id: "contradiction",
            title: w("contradiction"),
            description: w("contradictionText"),
            color: RED,
          },
        ],
      },
    ],
  }),
  entities: (w) => ({
    inputs: [{ id: "text", type: "text", title: w("text") }],
    questions: [
      {
        id: "entities",
        type: "spans",
        title: w("question"),
        on: "text",
        categories: [
          { id: "organisation", title: w("organisation"), color: ORANGE },
          { id: "person", title: w("person"), color: BLUE },
          { id: "place", title: w("place"), color: GREEN },
          { id: "event", title: w("event"), color: VIOLET },
        ],
      },
    ],
  }),
  boxes: (w) => ({
    inputs: [{ id: "picture", type: "image", title: w("picture") }],
    questions: [
      {
        id: "objects",
        type: "boxes",
        title: w("question"),
        on: "picture",
        min_side: 4,
        categories: [
          { id: "person", title: w("person"), color: BLUE },
          { id: "vehicle", title: w("vehicle"), color: ORANGE },
          { id: "animal", title: w("animal"), color: GREEN },
        ],
      },
    ],
  }),
  preference: (w) => ({
    inputs: [
      { id: "prompt", type: "text", title: w("prompt") },
      { id: "left", type: "text", title: w("left") },
      { id: "right", type: "text", title: w("right") },
    ],
    questions: [
      {
        id: "better",
        type: "pairwise",
        title: w("question"),
        on: ["left", "right"],
        allow_tie: true,
      },
    ],
  }),
  rating: (w) => ({
    inputs: [{ id: "text", type: "text", title: w("text") }],
    questions: [
      {
        id: "quality",
        type: "rating",
        title: w("question"),
        min: 1,
        max: 5,
        anchors: { "1": w("lowest"), "5": w("highest") },
      },
      {
        id: "why",
        type: "text",
        title: w("why"),
        required: false,
        max_length: 2000,
        show_when: { question: "quality", in: [1, 2] },
      },
    ],
  }),
};

/** A first schema in the lead's own language, to be changed from there. */
export function templateSchema(name: TemplateName, t: TFunction<"setup">): LabelSchema {
  return SCHEMAS[name]((key) => t(`templates.${name}.${key}` as never));
}
