import { useFormat } from "../format";
import classes from "./ProgressLine.module.css";

interface Props {
  done: number;
  total: number;
  label: string;
}

export function ProgressLine({ done, total, label }: Props) {
  const format = useFormat();
  const share = total > 0 ? Math.min(1, done / total) : 0;
  return (
    <div className={classes.row}>
      <progress className={classes.track} value={share} max={1} aria-label={label} />
      <span className={classes.figures}>
        {format.number(done)} / {format.number(total)}
      </span>
    </div>
  );
}
