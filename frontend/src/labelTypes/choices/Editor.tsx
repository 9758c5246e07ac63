import { useTranslation } from "react-i18next";
import { choicesLimits } from "../../core/check";
import { colorsOfCategory } from "../../core/palette";
import { titleOf } from "../../core/schema";
import { OptionList } from "../shared/OptionList";
import { useOptionKeys, withKeys } from "../shared/useOptionKeys";
import type { EditorProps } from "../types";
import { toggleCategory } from "./toggle";

export function ChoicesEditor({ question, label, onChange, isFocused }: EditorProps<"choices">) {
  const { t } = useTranslation("labelTypes");
  const { categories } = question;
  const { min, max } = choicesLimits(question);
  const options = withKeys(
    categories.map((category) => ({ id: category.id, title: titleOf(category) })),
  ).map((option, index) => ({
    ...option,
    description: categories[index]?.description,
    colors: categories[index]?.color ? colorsOfCategory(categories, option.id) : undefined,
  }));
  const handlePick = (id: string) => {
    const next = toggleCategory(question, label ?? [], id);
    // Nothing chosen at all is the same as no answer, unless nothing is itself an answer.
    onChange(next.length === 0 && min > 0 ? undefined : next);
  };
  useOptionKeys(options, isFocused, handlePick);
  const isLimited = max < categories.length || min > 1;
  return (
    <>
      {isLimited ? (
        <p className="figures">{t("choices.limits", { min, max, chosen: label?.length ?? 0 })}</p>
      ) : null}
      <OptionList
        options={options}
        chosen={label ?? []}
        role="checkbox"
        onPick={handlePick}
        showKeys={isFocused}
      />
    </>
  );
}
