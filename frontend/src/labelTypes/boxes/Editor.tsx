import { useEffect, useMemo, useRef } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { colorsOfCategory } from "../../core/palette";
import { type Box, titleOf, titleOfCategory } from "../../core/schema";
import { useScope } from "../../stages/keyboard/useScope";
import type { RasterBox } from "../../stages/raster/paint";
import { RasterStage, type RasterStageHandle } from "../../stages/raster/RasterStage";
import { useZoomKeys } from "../../stages/raster/useZoomKeys";
import { ObjectList } from "../shared/ObjectList";
import { OptionList } from "../shared/OptionList";
import { useOptionKeys, withKeys } from "../shared/useOptionKeys";
import type { EditorProps, Neighbour } from "../types";
import { isImage, leastSide } from "./boxes";
import { boxesCommands } from "./commands";
import { penOf, rasterBox } from "./raster";
import { useBoxes } from "./useBoxes";

function neighbourBoxes(neighbours: readonly Neighbour[]): RasterBox[] {
  return neighbours.flatMap(({ question, label }) =>
    question.type === "boxes"
      ? (label as Box[]).map((box) => rasterBox(question.categories, box, { isQuiet: true }))
      : [],
  );
}

interface PanelProps extends EditorProps<"boxes"> {
  editing: ReturnType<typeof useBoxes>;
}

function BoxesPanel({ question, isFocused, onFocus, editing }: PanelProps) {
  const { t } = useTranslation("labelTypes");
  const { boxes, selected, category } = editing;
  const { categories } = question;
  const options = withKeys(categories.map((one) => ({ id: one.id, title: titleOf(one) }))).map(
    (option) => ({
      ...option,
      description: categories.find((one) => one.id === option.id)?.description,
      colors: colorsOfCategory(categories, option.id),
      count: boxes.filter((box) => box.category === option.id).length,
    }),
  );
  useOptionKeys(options, isFocused, editing.pick);
  const active = selected === null ? category : (boxes[selected]?.category ?? category);
  return (
    <>
      <OptionList
        options={options}
        chosen={[active]}
        role="button"
        onPick={editing.pick}
        showKeys={isFocused}
      />
      <ObjectList
        title={t("boxes.title")}
        objects={boxes.map((box, index) => ({
          key: `${index}`,
          text: titleOfCategory(categories, box.category),
          note: `${Math.round(box.width)} × ${Math.round(box.height)}`,
          colors: colorsOfCategory(categories, box.category),
        }))}
        selected={selected}
        onSelect={(index) => {
          onFocus();
          editing.setSelected(index);
        }}
        empty={t("boxes.empty")}
      />
    </>
  );
}

/** A picture that is not there cannot be drawn on; its size then does not matter. */
const NOTHING = { media: "", url: "", width: 1, height: 1 };

export function BoxesEditor(props: EditorProps<"boxes">) {
  const { question, isFocused, onFocus, data, stage, neighbours } = props;
  const { t } = useTranslation("labelTypes");
  const value = data[question.on];
  const image = isImage(value) ? value : NOTHING;
  const size = useMemo(() => ({ width: image.width, height: image.height }), [image]);
  const handle = useRef<RasterStageHandle>(null);
  const editing = useBoxes(props, size, handle);
  const { categories } = question;
  useScope({
    floor: "stage",
    title: t("keys.picture"),
    commands: boxesCommands(t, editing, categories.length >= 10),
    isActive: isFocused,
  });
  useZoomKeys(handle, !isFocused && stage !== null);
  useEffect(() => {
    if (isFocused && stage) handle.current?.focus();
  }, [isFocused, stage]);
  const shown = useMemo(
    () => [
      ...editing.boxes.map((box) => rasterBox(categories, box)),
      ...neighbourBoxes(neighbours),
    ],
    [editing.boxes, categories, neighbours],
  );
  const pen = useMemo(() => penOf(categories, editing.category), [categories, editing.category]);
  const picture = (
    <RasterStage
      ref={handle}
      url={image.url}
      size={size}
      boxes={shown}
      selected={editing.selected}
      label={titleOf(question)}
      pen={pen}
      least={leastSide(question)}
      onSelect={(index) => {
        onFocus();
        // What belongs to another question can be seen here, not taken.
        editing.setSelected(index !== null && index < editing.boxes.length ? index : null);
      }}
      onDraw={(rect) => {
        onFocus();
        editing.add(rect);
      }}
      onChange={editing.change}
    />
  );
  return (
    <>
      <BoxesPanel {...props} editing={editing} />
      {stage ? createPortal(picture, stage) : null}
    </>
  );
}
