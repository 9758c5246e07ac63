import { NumberInput, type NumberInputProps } from "@mantine/core";
import { useState } from "react";

interface Props extends Omit<NumberInputProps, "value" | "onChange"> {
  value: number | null;
  /** What an empty field means. */
  empty: number | null;
  onNumber: (value: number | null) => void;
}

function numberOf(typed: string | number, empty: number | null): number | null {
  if (typed === "") return empty;
  const value = Number(typed);
  return Number.isFinite(value) ? value : empty;
}

/** A number that may be on its way: "2." and an emptied field stay as they are being typed. */
export function DecimalInput({ value, empty, onNumber, ...others }: Props) {
  const [typed, setTyped] = useState<string | number>(value ?? "");
  return (
    <NumberInput
      {...others}
      value={numberOf(typed, empty) === value ? typed : (value ?? "")}
      onChange={(next) => {
        setTyped(next);
        onNumber(numberOf(next, empty));
      }}
    />
  );
}
