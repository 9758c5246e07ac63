import { IconUpload } from "@tabler/icons-react";
import { type DragEvent, useState } from "react";
import classes from "./intake.module.css";

interface Props {
  title: string;
  note: string;
  accept: string;
  multiple?: boolean;
  onFiles: (files: File[]) => void;
}

/** A file field that can also be dropped on; the keyboard reaches the field inside. */
export function DropZone({ title, note, accept, multiple = false, onFiles }: Props) {
  const [over, setOver] = useState(false);
  const take = (list: FileList | null) => {
    const files = [...(list ?? [])];
    if (files.length > 0) onFiles(multiple ? files : files.slice(0, 1));
  };
  const handleDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <label
      className={classes.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={handleDrop}
    >
      <IconUpload size={22} aria-hidden />
      <strong>{title}</strong>
      <span>{note}</span>
      <input
        type="file"
        accept={accept}
        multiple={multiple}
        onChange={(event) => {
          take(event.currentTarget.files);
          // The same file, mended, can be chosen again.
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}
