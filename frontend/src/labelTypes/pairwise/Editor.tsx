import { useTranslation } from "react-i18next";
import { OptionList } from "../shared/OptionList";
import { useOptionKeys, withKeys } from "../shared/useOptionKeys";
import type { EditorProps } from "../types";
import { pairwiseOptions } from "./options";

export function PairwiseEditor({ question, label, onChange, isFocused }: EditorProps<"pairwise">) {
  const { t } = useTranslation("labelTypes");
  const choices = pairwiseOptions(question, t);
  const options = withKeys(choices);
  const handlePick = (id: string) => {
    const picked = choices.find((choice) => choice.id === id);
    if (picked) onChange(picked.id, { isDone: true });
  };
  useOptionKeys(options, isFocused, handlePick);
  return (
    <OptionList
      options={options}
      chosen={label === undefined ? [] : [label]}
      role="radio"
      onPick={handlePick}
      showKeys={isFocused}
    />
  );
}
