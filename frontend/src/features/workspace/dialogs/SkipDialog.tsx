import { Modal, TextInput } from "@mantine/core";
import { type KeyboardEvent, useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SkipReason } from "../../../api/types";
import { Keys } from "../../../stages/keyboard/Keys";
import { useScope, useSingleKeys } from "../../../stages/keyboard/useScope";
import { useReturnFocus } from "../../../ui/useReturnFocus";
import { BarButton } from "../parts/BottomBar";
import classes from "../Workspace.module.css";

interface Props {
  onSkip: (reason: SkipReason, comment: string) => void;
  onClose: () => void;
}

const REASONS: readonly SkipReason[] = ["unclear", "cannot", "offensive", "other"];

/**
 * Why not: one key says it and moves on. Who wants to say more is one Tab from the comment, and
 * Enter leads back from there to the reasons.
 */
export function SkipDialog({ onSkip, onClose }: Props) {
  const { t } = useTranslation("workspace");
  const [comment, setComment] = useState("");
  const [isCommenting, setIsCommenting] = useState(false);
  const reasons = useRef<HTMLDivElement>(null);
  // At once: the kit moves the focus in a moment later, when somebody may be in the comment already.
  const setReasons = useCallback((element: HTMLDivElement | null) => {
    reasons.current = element;
    element?.focus({ preventScroll: true });
  }, []);
  const hasSingleKeys = useSingleKeys();
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
  const handleKeyDown = (event: KeyboardEvent) => {
    // The Enter that ends a composition only ends it.
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    reasons.current?.focus();
  };
  return (
    <Modal opened onClose={onClose} title={t("skip.title")} size="sm">
      <div
        ref={setReasons}
        className={classes.reasons}
        data-autofocus={isCommenting ? undefined : true}
        tabIndex={-1}
      >
        {REASONS.map((reason, index) => (
          <BarButton
            key={reason}
            words={t(`skip.${reason}`)}
            stroke={`${index + 1}`}
            isSkippedByTab={hasSingleKeys}
            onClick={() => onSkip(reason, comment)}
          />
        ))}
      </div>
      <TextInput
        mt="sm"
        size="xs"
        label={t("skip.comment")}
        description={
          <>
            {t("skip.commentHint")} <Keys stroke="Enter" />
          </>
        }
        descriptionProps={{ fz: 12 }}
        inputWrapperOrder={["label", "input", "description"]}
        maxLength={250}
        value={comment}
        data-autofocus={isCommenting || undefined}
        onFocus={() => setIsCommenting(true)}
        onBlur={() => setIsCommenting(false)}
        onChange={(event) => setComment(event.currentTarget.value)}
        onKeyDown={handleKeyDown}
      />
    </Modal>
  );
}
