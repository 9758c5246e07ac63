import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { ModelOverview } from "../../api/types";
import { jobErrorText } from "../../ui/errorText";
import { Notice } from "../../ui/Notice";

type Said = NonNullable<ModelOverview["trouble"]>;

function whyText(why: string, message: string, t: TFunction): string {
  return t(`model:trouble.why.${why}`, { defaultValue: message });
}

function failureText(trouble: Said, t: TFunction): string {
  const message = jobErrorText(trouble, t);
  return trouble.why ? whyText(trouble.why, message, t) : message;
}

interface Props {
  trouble: Said;
  questions: ModelOverview["questions"];
}

/** Why the last job said less than was asked of it: it failed, or left questions out. */
export function Trouble({ trouble, questions }: Props) {
  const { t } = useTranslation("model");
  const { left_out } = trouble;
  if (left_out.length === 0) {
    return (
      <Notice tone="warn" title={t("trouble.failed")}>
        {failureText(trouble, t)}
      </Notice>
    );
  }
  const titleOf = (id: string) => questions.find(({ question }) => question === id)?.title || id;
  return (
    <Notice tone="warn" title={t("trouble.leftOut")}>
      {left_out.map(({ question, why, message }) => (
        <div key={question}>
          {t("trouble.line", { question: titleOf(question), why: whyText(why, message, t) })}
        </div>
      ))}
    </Notice>
  );
}
