import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Guideline } from "../../../api/types";
import { titleOf } from "../../../core/schema";
import { useScope } from "../../../stages/keyboard/useScope";
import { Markdown } from "../../../ui/markdown/Markdown";
import { useReturnFocus } from "../../../ui/useReturnFocus";
import classes from "../Workspace.module.css";

interface Props {
  guideline: Guideline;
  onClose: () => void;
}

function Categories({ guideline }: { guideline: Guideline }) {
  const described = guideline.schema.questions.flatMap((question) =>
    "categories" in question && question.categories
      ? question.categories
          .filter((category) => category.description)
          .map((category) => ({ key: `${question.id} ${category.id}`, category }))
      : [],
  );
  if (described.length === 0) return null;
  return (
    <dl className={classes.glossary}>
      {described.map(({ key, category }) => (
        <div key={key}>
          <dt>{titleOf(category)}</dt>
          <dd>{category.description}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The whole guideline, over the item. */
export function GuidelineDialog({ guideline, onClose }: Props) {
  const { t } = useTranslation("workspace");
  useReturnFocus();
  useScope({
    floor: "dialog",
    title: t("guideline.title"),
    commands: [
      {
        id: "guideline.close",
        title: t("guideline.close"),
        keys: ["KeyG", "Escape"],
        run: onClose,
      },
    ],
    modal: true,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={`${t("guideline.title")} · v${guideline.version}`}
    >
      {guideline.text ? (
        <div className={classes.guideline}>
          <Markdown text={guideline.text} />
        </div>
      ) : null}
      <Categories guideline={guideline} />
    </Modal>
  );
}
