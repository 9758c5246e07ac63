import { type ReactNode, useLayoutEffect, useRef } from "react";
import type {
  ImageValue,
  InputValue,
  ItemData,
  LabelSchema,
  SchemaInput,
} from "../../core/schema";
import { comparedInputs, titleOf } from "../../core/schema";
import { RasterStage, type RasterStageHandle } from "../../stages/raster/RasterStage";
import { useZoomKeys } from "../../stages/raster/useZoomKeys";
import { TextStage } from "../../stages/text/TextStage";
import classes from "./ItemStage.module.css";

interface Props {
  schema: LabelSchema;
  data: ItemData;
  /** Inputs a question draws on: their place is handed over, and filled by it. */
  drawnOn: ReadonlySet<string>;
  onSlot: (input: string, element: HTMLElement | null) => void;
  children?: ReactNode;
}

const NO_MARKS: never[] = [];

function Picture({ value, label }: { value: ImageValue; label: string }) {
  const handle = useRef<RasterStageHandle>(null);
  useZoomKeys(handle, true);
  return (
    <RasterStage
      ref={handle}
      url={value.url}
      size={value}
      boxes={NO_MARKS}
      selected={null}
      label={label}
    />
  );
}

function PlainInput({ input, value }: { input: SchemaInput; value: InputValue }) {
  if (typeof value === "string") {
    return <TextStage text={value} marks={NO_MARKS} label={titleOf(input)} />;
  }
  return <Picture value={value} label={titleOf(input)} />;
}

/** An empty place; the question that draws on the input fills it through a portal. */
function Slot({ input, onSlot }: { input: string; onSlot: Props["onSlot"] }) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    onSlot(input, ref.current);
    return () => onSlot(input, null);
  }, [input, onSlot]);
  return <div ref={ref} className={classes.slot} />;
}

interface InputProps extends Omit<Props, "schema" | "children"> {
  input: SchemaInput;
  hasTitle: boolean;
  isCompared: boolean;
}

function InputCard({ input, data, drawnOn, onSlot, hasTitle, isCompared }: InputProps) {
  const value = data[input.id];
  return (
    <section
      className={classes.input}
      data-type={input.type}
      data-compared={isCompared}
      aria-label={titleOf(input)}
    >
      {hasTitle ? <h3 className={classes.title}>{titleOf(input)}</h3> : null}
      {drawnOn.has(input.id) ? <Slot input={input.id} onSlot={onSlot} /> : null}
      {!drawnOn.has(input.id) && value !== undefined ? (
        <div className={classes.slot}>
          <PlainInput input={input} value={value} />
        </div>
      ) : null}
    </section>
  );
}

/** The item itself: a text as a card, a picture to the edges, two to be compared side by side. */
export function ItemStage({ schema, children, ...props }: Props) {
  const compared = new Set(schema.questions.flatMap(comparedInputs));
  const kinds = new Set(schema.inputs.map((input) => input.type));
  const layout = compared.size > 1 ? "pair" : "stack";
  return (
    <div
      className={classes.stage}
      data-layout={layout}
      data-kind={kinds.size > 1 ? "mixed" : [...kinds][0]}
    >
      {schema.inputs.map((input) => (
        <InputCard
          key={input.id}
          input={input}
          hasTitle={schema.inputs.length > 1}
          isCompared={compared.has(input.id)}
          {...props}
        />
      ))}
      {children}
    </div>
  );
}
