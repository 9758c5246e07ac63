import { Modal, Stack, TagsInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { projectKey } from "../../api/queries";
import type { Member } from "../../api/types";
import { DialogFoot } from "../../ui/DialogFoot";

const MOST = 50;

interface Props {
  projectId: number;
  member: Member;
  onClose: () => void;
}

function Form({ projectId, member, onClose }: Props) {
  const { t } = useTranslation("people");
  const queryClient = useQueryClient();
  const [names, setNames] = useState<string[]>(member.qualifications);
  const save = useMutation({
    mutationFn: () =>
      api.patch<Member>(`projects/${projectId}/members/${member.id}/`, {
        qualifications: names.map((name) => name.trim().toLowerCase()),
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: [...projectKey(projectId), "members"] });
      await queryClient.invalidateQueries({ queryKey: [...projectKey(projectId), "pools"] });
      onClose();
    },
  });
  const handleSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={handleSubmit}>
      <Stack gap="sm">
        <TagsInput
          label={t("qualify.label")}
          description={t("qualify.note")}
          value={names}
          onChange={setNames}
          maxTags={MOST}
          splitChars={[",", " "]}
          // Nothing is proposed, and an open list that nobody sees would take the first Escape.
          dropdownOpened={false}
          data-autofocus
        />
        <DialogFoot
          action={t("qualify.save")}
          error={save.error}
          isPending={save.isPending}
          onClose={onClose}
        />
      </Stack>
    </form>
  );
}

/** What a person is able to do, by the lead's word. */
export function QualifyDialog({
  projectId,
  member,
  onClose,
}: Omit<Props, "member"> & { member: Member | null }) {
  const { t } = useTranslation("people");
  const name = member ? member.display_name || member.username : "";
  return (
    <Modal opened={member !== null} onClose={onClose} title={t("qualify.title", { name })}>
      {member ? <Form projectId={projectId} member={member} onClose={onClose} /> : null}
    </Modal>
  );
}
