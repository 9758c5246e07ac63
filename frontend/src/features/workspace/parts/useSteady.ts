import { useEffect, useRef, useState } from "react";

/** What passes sooner than this need not be read. */
const PASSING_MS = 700;

/**
 * The value that is shown: a new kind of it only when the one shown has been over for a while, so
 * that words do not flicker. News of the same kind and what is urgent are shown at once.
 * Values are plain and small: they are compared as JSON.
 */
export function useSteady<Value extends { kind: string }>(
  now: Value,
  isUrgent: (value: Value) => boolean,
): Value {
  const [shown, setShown] = useState(now);
  const latest = useRef(now);
  const isOver = shown.kind !== now.kind && !isUrgent(now);
  if (!isOver && JSON.stringify(shown) !== JSON.stringify(now)) setShown(now);
  useEffect(() => {
    latest.current = now;
  });
  useEffect(() => {
    if (!isOver) return;
    const timer = setTimeout(() => setShown(latest.current), PASSING_MS);
    return () => clearTimeout(timer);
  }, [isOver]);
  return isOver ? shown : now;
}
