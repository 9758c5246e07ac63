import type { Answer, ItemData, LabelSchema } from "../../api/types";
import { titleBefore } from "../../core/schema";
import { labelTypeOf } from "..";
import { SchemaInputs } from "../shared/inputs";

/** A whole answer in short: each question's label in its type's own form. */
export function AnswerLine({ schema, answer }: { schema: LabelSchema; answer: Answer }) {
  return (
    <SchemaInputs value={schema.inputs}>
      {schema.questions.map((question) => {
        const label = answer[question.id];
        const type = labelTypeOf(question.type);
        if (label === undefined || !type) return null;
        return (
          <div key={question.id}>
            {schema.questions.length > 1 ? titleBefore(question) : null}
            <type.Summary question={question} label={label} />
          </div>
        );
      })}
    </SchemaInputs>
  );
}

/** What an item shows, in short: its texts, or its pictures small. */
export function ItemLine({ schema, data }: { schema: LabelSchema; data: ItemData }) {
  return (
    <>
      {schema.inputs.map(({ id, title }) => {
        const value = data[id];
        if (value === undefined) return null;
        if (typeof value === "string") return <div key={id}>{value}</div>;
        return (
          <img
            key={id}
            src={value.url}
            alt={title || id}
            style={{ maxWidth: 160, maxHeight: 120, display: "block" }}
          />
        );
      })}
    </>
  );
}
