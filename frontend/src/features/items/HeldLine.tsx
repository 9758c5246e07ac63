import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useResume } from "../../api/held";
import type { ItemRow } from "../../api/types";
import classes from "./items.module.css";

interface Props {
  projectId: number;
  item: number;
  held: NonNullable<ItemRow["held"]>;
}

/** By which rule an item is held, and the way to let it go on. */
export function HeldLine({ projectId, item, held }: Props) {
  const { t } = useTranslation("items");
  const resume = useResume(projectId);
  return (
    <span className={classes.held}>
      {t("held.by", { rule: held.rule, version: held.guideline_version })}
      <Button
        size="compact-xs"
        variant="subtle"
        loading={resume.isPending}
        onClick={() => resume.mutate(item)}
      >
        {t("held.resume")}
      </Button>
    </span>
  );
}
