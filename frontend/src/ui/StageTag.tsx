import { useTranslation } from "react-i18next";
import { Tag, type Tone } from "./Tag";

type ProjectStage = "draft" | "open" | "paused" | "closed";
type ItemStage = "new" | "open" | "disputed" | "held" | "settled" | "withdrawn";

const TONE: Record<ProjectStage, Tone> = {
  draft: "plain",
  open: "good",
  paused: "warn",
  closed: "plain",
};

export function ProjectStageTag({ stage }: { stage: ProjectStage }) {
  const { t } = useTranslation("common");
  return <Tag tone={TONE[stage]}>{t(`projectStage.${stage}`)}</Tag>;
}

export function ItemStageTag({ stage }: { stage: ItemStage }) {
  const { t } = useTranslation("common");
  return <Tag dot={`var(--stage-${stage})`}>{t(`itemStage.${stage}`)}</Tag>;
}
