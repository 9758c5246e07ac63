import { useEffect, useState } from "react";

/** While a dialog is open the focus is in it; afterwards it is where it was before. */
export function useReturnFocus(): void {
  // Before the dialog is drawn: what is in it may take the focus as soon as it is there.
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    },
    [before],
  );
}
