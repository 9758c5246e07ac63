import { Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SkipReason } from "../../../api/types";
import { useScope } from "../../../stages/keyboard/useScope";
import { useReturnFocus } from "../../../ui/useReturnFocus";
import { BarButton } from "../parts/BottomBar";
import classes from "../Workspace.module.css";

interface Props {
  onSkip: (reason: SkipReason, comment: string) => void;
  onClose: () => void;
}

const REASONS: readonly SkipReason[] = ["unclear", "cannot", "offensive", "other"];

/** Why not: one key says it and moves on. */
export function SkipDialog({ onSkip, onClose }: Props) {
  const { t } = useTranslation("workspace");
  const [comment, setComment] = useState("");
  useReturnFocus();
  useScope({
    floor: "dialog",
    title: t("skip.title"),
    commands: REASONS.map((reason, index) => ({
      id: `skip.${reason}`,
      title: t(`skip.${reason}`),
      keys: [`${index + 1}`],
      run: () => onSkip(reason, comment),
    })),
    modal: true,
  });
  return (
    <Modal opened onClose={onClose} title={t("skip.title")} size="sm">
      <div className={classes.reasons} data-autofocus tabIndex={-1}>
        {REASONS.map((reason, index) => (
          <BarButton
            key={reason}
            words={t(`skip.${reason}`)}
            stroke={`${index + 1}`}
            onClick={() => onSkip(reason, comment)}
          />
        ))}
      </div>
      <TextInput
        mt="sm"
        size="xs"
        label={t("skip.comment")}
        maxLength={250}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
    </Modal>
  );
}
