import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type FormEvent, useEffect, useState } from "react";

interface Props {
  label: string;
  /** What is searched for now. */
  value: string;
  onSearch: (text: string) => void;
  className?: string;
}

/** Searches with Enter, and no longer when it is emptied. */
export function SearchField({ label, value, onSearch, className }: Props) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    onSearch(text.trim());
  };
  const handleText = (typed: string) => {
    setText(typed);
    // The cross of a search field empties it; nobody then expects to press Enter as well.
    if (typed === "" && value !== "") onSearch("");
  };
  return (
    <form onSubmit={handleSubmit} className={className}>
      <TextInput
        size="xs"
        type="search"
        aria-label={label}
        placeholder={label}
        leftSection={<IconSearch size={14} aria-hidden />}
        maxLength={200}
        value={text}
        onChange={(event) => handleText(event.currentTarget.value)}
      />
    </form>
  );
}
