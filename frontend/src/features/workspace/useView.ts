import { useState } from "react";

type Dialog = "skip" | "guideline" | "keys" | null;

export interface View {
  dialog: Dialog;
  isFocusMode: boolean;
  isNoteOpen: boolean;
  open: (dialog: Dialog) => void;
  close: () => void;
  toggleFocusMode: () => void;
  setNote: (isOpen: boolean) => void;
}

/** What is open around the item. */
export function useView(): View {
  const [dialog, setDialog] = useState<Dialog>(null);
  const [isFocusMode, setFocusMode] = useState(false);
  const [isNoteOpen, setNote] = useState(false);
  return {
    dialog,
    isFocusMode,
    isNoteOpen,
    open: setDialog,
    close: () => setDialog(null),
    toggleFocusMode: () => setFocusMode((before) => !before),
    setNote,
  };
}
