import classes from "./VoiceChip.module.css";

interface Props {
  name: string;
  tone?: "plain" | "split" | "same";
}

/** A voter's letter. */
export function VoiceChip({ name, tone = "plain" }: Props) {
  return (
    <span className={classes.chip} data-tone={tone}>
      {name}
    </span>
  );
}
