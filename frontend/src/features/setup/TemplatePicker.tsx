import { UnstyledButton } from "@mantine/core";
import {
  IconArrowsLeftRight,
  IconBoxModel2,
  IconGitCompare,
  IconHighlight,
  IconMoodSmile,
  IconStars,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./setup.module.css";
import { TEMPLATES, type TemplateName } from "./templates";

const ICONS = {
  sentiment: IconMoodSmile,
  entailment: IconGitCompare,
  entities: IconHighlight,
  boxes: IconBoxModel2,
  preference: IconArrowsLeftRight,
  rating: IconStars,
} as const satisfies Record<TemplateName, unknown>;

interface Props {
  chosen: TemplateName | null;
  onChoose: (template: TemplateName) => void;
}

export function TemplatePicker({ chosen, onChoose }: Props) {
  const { t } = useTranslation("setup");
  return (
    <div className={classes.templates} role="radiogroup" aria-label={t("templates.label")}>
      {TEMPLATES.map((name) => {
        const Icon = ICONS[name];
        return (
          <UnstyledButton
            key={name}
            role="radio"
            aria-checked={chosen === name}
            className={classes.template}
            data-chosen={chosen === name || undefined}
            onClick={() => onChoose(name)}
          >
            <span className={classes.templateName}>
              <Icon size={17} aria-hidden /> {t(`templates.${name}.name`)}
            </span>
            <span className={classes.templateText}>{t(`templates.${name}.about`)}</span>
          </UnstyledButton>
        );
      })}
    </div>
  );
}
