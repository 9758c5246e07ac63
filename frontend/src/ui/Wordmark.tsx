import icon from "./icon.svg";
import classes from "./Wordmark.module.css";

export function Wordmark() {
  return (
    <span className={classes.mark}>
      <img src={icon} alt="" width={22} height={22} />
      Annotate
    </span>
  );
}
