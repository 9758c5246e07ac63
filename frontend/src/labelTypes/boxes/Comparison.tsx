import { useMemo, useState } from "react";
import { colorsOfCategory } from "../../core/palette";
import { titleOf, titleOfCategory } from "../../core/schema";
import { RasterStage } from "../../stages/raster/RasterStage";
import { Tally } from "../shared/Tally";
import { toggled, VoiceToggles } from "../shared/VoiceToggles";
import type { ComparisonProps } from "../types";
import { isImage } from "./boxes";
import classes from "./Comparison.module.css";
import { groupBoxes } from "./matching";
import { dashOfVoice, rasterBox } from "./raster";

export function BoxesComparison({ question, data, voices }: ComparisonProps<"boxes">) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const { categories } = question;
  const value = data[question.on];
  const image = isImage(value) ? value : null;
  const size = useMemo(
    () => ({ width: image?.width ?? 1, height: image?.height ?? 1 }),
    [image?.width, image?.height],
  );
  const shown = useMemo(
    () =>
      voices.flatMap((voice, index) =>
        hidden.has(voice.name)
          ? []
          : (voice.label ?? []).map((box) =>
              rasterBox(categories, box, {
                voice: voice.name,
                isQuiet: true,
                dash: dashOfVoice(index),
              }),
            ),
      ),
    [voices, hidden, categories],
  );
  const groups = groupBoxes(
    voices.flatMap((voice) => (voice.label ?? []).map((box) => ({ voice: voice.name, box }))),
  );
  return (
    <>
      <VoiceToggles
        names={voices.map((voice) => voice.name)}
        hidden={hidden}
        onToggle={(name) => setHidden(toggled(hidden, name))}
      />
      {image ? (
        <div className={classes.picture}>
          <RasterStage
            url={image.url}
            size={size}
            boxes={shown}
            selected={null}
            label={titleOf(question)}
          />
        </div>
      ) : null}
      <Tally
        rows={groups.map((group, index) => ({
          id: `${index}`,
          title: `${titleOfCategory(categories, group.box.category)} · ${Math.round(group.box.width)} × ${Math.round(group.box.height)}${group.names.length > 1 ? ` · IoU ${group.overlap.toFixed(2)}` : ""}`,
          colors: colorsOfCategory(categories, group.box.category),
          names: group.names,
        }))}
        voices={voices.length}
        caption={titleOf(question)}
        isPerRow
      />
    </>
  );
}
