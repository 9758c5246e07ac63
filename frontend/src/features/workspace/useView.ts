import { useState } from "react";

type Dialog = "skip" | "guideline" | "keys" | null;

export interface View {
  dialog: Dialog;
  isFocusMode: boolean;
  /** The assignment whose note is open: the next item begins at its question again. */
  noteOf: string | null;
  open: (dialog: Dialog) => void;
  close: () => void;
  toggleFocusMode: () => void;
  setNote: (assignment: string | null) => void;
}

/** What is open around the item. */
export function useView(): View {
  const [dialog, setDialog] = useState<Dialog>(null);
  const [isFocusMode, setFocusMode] = useState(false);
  const [noteOf, setNote] = useState<string | null>(null);
  return {
    dialog,
    isFocusMode,
    noteOf,
    open: setDialog,
    close: () => setDialog(null),
    toggleFocusMode: () => setFocusMode((before) => !before),
    setNote,
  };
}
