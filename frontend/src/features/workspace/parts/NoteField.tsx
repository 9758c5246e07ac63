import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Keys } from "../../../stages/keyboard/Keys";
import classes from "../Workspace.module.css";

interface Props {
  comment: string;
  isOpen: boolean;
  onOpen: () => void;
  onChange: (comment: string) => void;
}

/** A note to the experts; folded away until it is wanted. */
export function NoteField({ comment, isOpen, onOpen, onChange }: Props) {
  const { t } = useTranslation("workspace");
  if (!isOpen && comment === "") {
    return (
      <button type="button" className={classes.fold} onClick={onOpen}>
        {t("note.add")} <Keys stroke="KeyN" />
      </button>
    );
  }
  return (
    <div className={classes.card}>
      <Textarea
        label={t("note.label")}
        size="xs"
        autosize
        minRows={2}
        maxRows={6}
        autoFocus={isOpen}
        data-note
        maxLength={5000}
        value={comment}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </div>
  );
}
