import { Modal, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../api/client";
import { recordQuery } from "../../../api/queries";
import type { Answer, AppealSubject, LabelSchema, Missed } from "../../../api/types";
import { AnswerLine, ItemLine } from "../../../labelTypes/answering/AnswerLine";
import { DialogFoot } from "../../../ui/DialogFoot";
import { ScrollBox } from "../../../ui/ScrollBox";
import { useProjectId } from "../../../ui/useProjectId";
import classes from "./record.module.css";

/** What a worker objects to. */
export interface Case {
  subject: AppealSubject;
  row: Missed;
  ruling: Answer | null;
}

const LONGEST = 2000;

function useAppeal({ subject, row }: Case, onDone: () => void) {
  const projectId = useProjectId();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      api.post(`projects/${projectId}/record/appeals/`, {
        subject,
        assignment: row.assignment,
        reason,
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: recordQuery(projectId).queryKey });
      onDone();
    },
  });
}

function Form({
  schema,
  open,
  onClose,
}: {
  schema: LabelSchema;
  open: Case;
  onClose: () => void;
}) {
  const { t } = useTranslation("record");
  const [reason, setReason] = useState("");
  const appeal = useAppeal(open, onClose);
  const handleSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    appeal.mutate(reason.trim());
  };
  return (
    <form onSubmit={handleSubmit}>
      <Stack gap="sm">
        <Text size="sm">{t("appeal.text")}</Text>
        <ScrollBox label={t("item")} className={classes.item}>
          <ItemLine schema={schema} data={open.row.data} />
        </ScrollBox>
        <Text size="sm" component="div">
          <strong>{t("you")}</strong> <AnswerLine schema={schema} answer={open.row.answer} />
        </Text>
        {open.ruling ? (
          <Text size="sm" component="div">
            <strong>{t("rulings.ruling")}</strong>{" "}
            <AnswerLine schema={schema} answer={open.ruling} />
          </Text>
        ) : null}
        <Textarea
          label={t("appeal.reason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={LONGEST}
          minRows={3}
          autosize
          required
          withAsterisk={false}
          data-autofocus
        />
        <DialogFoot
          action={t("appeal.send")}
          error={appeal.error}
          isPending={appeal.isPending}
          isDisabled={reason.trim() === ""}
          onClose={onClose}
        />
      </Stack>
    </form>
  );
}

interface Props {
  schema: LabelSchema;
  open: Case | null;
  onClose: () => void;
}

export function AppealDialog({ schema, open, onClose }: Props) {
  const { t } = useTranslation("record");
  return (
    <Modal opened={open !== null} onClose={onClose} title={t("appeal.title")}>
      {open ? <Form schema={schema} open={open} onClose={onClose} /> : null}
    </Modal>
  );
}
