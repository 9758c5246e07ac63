import { useTranslation } from "react-i18next";
import { VoiceChip } from "../shared/VoiceChip";
import type { ComparisonProps } from "../types";
import classes from "./Comparison.module.css";
import { compareWords } from "./words";

export function TextComparison({ voices }: ComparisonProps<"text">) {
  const { t } = useTranslation("labelTypes");
  const texts = voices.map((voice) => voice.label ?? "");
  return (
    <ul className={classes.list}>
      {voices.map((voice, index) => (
        <li key={voice.name} className={classes.voice}>
          <VoiceChip name={voice.name} />
          {voice.label ? (
            <p dir="auto">
              {compareWords(
                voice.label,
                texts.filter((_, other) => other !== index),
              ).map((word) =>
                word.isDifferent ? <mark key={word.start}>{word.text}</mark> : word.text,
              )}
            </p>
          ) : (
            <p className={classes.none}>{t("comparison.nothing")}</p>
          )}
        </li>
      ))}
    </ul>
  );
}
