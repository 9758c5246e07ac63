import { colorsOfCategory } from "../../core/palette";
import { isRequired, titleOf } from "../../core/schema";
import { OptionList } from "../shared/OptionList";
import { useOptionKeys, withKeys } from "../shared/useOptionKeys";
import type { EditorProps } from "../types";

export function ChoiceEditor({ question, label, onChange, isFocused }: EditorProps<"choice">) {
  const { categories } = question;
  const options = withKeys(
    categories.map((category) => ({ id: category.id, title: titleOf(category) })),
  ).map((option, index) => ({
    ...option,
    description: categories[index]?.description,
    colors: categories[index]?.color ? colorsOfCategory(categories, option.id) : undefined,
  }));
  const handlePick = (id: string) => {
    if (id === label && !isRequired(question)) onChange(undefined);
    else onChange(id, { isDone: true });
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
