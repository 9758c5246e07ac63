import { Button, Input, Modal, Select, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { membersQuery } from "../../api/people";
import type { Footing, Member, Rung } from "../../api/types";
import { DialogFoot } from "../../ui/DialogFoot";

const RUNGS: readonly Rung[] = ["none", "hint", "slower", "other_tier", "paused"];
const LONGEST = 2000;

interface Props {
  projectId: number;
  member: Member;
  onClose: () => void;
}

function useOverrule({ projectId, member, onClose }: Props) {
  const queryClient = useQueryClient();
  const path = `projects/${projectId}/members/${member.id}/rung/`;
  return useMutation({
    mutationFn: (set: { rung: Rung; reason: string } | null) =>
      set ? api.put<Footing>(path, set) : api.delete<Footing>(path),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: membersQuery(projectId).queryKey });
      onClose();
    },
  });
}

function Form(props: Props) {
  const { t } = useTranslation("people");
  const { member, onClose } = props;
  const name = member.display_name || member.username;
  const [rung, setRung] = useState<Rung>(member.footing.rung);
  const [reason, setReason] = useState(member.footing.overruled?.reason ?? "");
  const overrule = useOverrule(props);
  const handleSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    overrule.mutate({ rung, reason: reason.trim() });
  };
  return (
    <form onSubmit={handleSubmit}>
      <Stack gap="sm">
        <Text size="sm">{t("overrule.text", { name })}</Text>
        <Input.Wrapper label={t("overrule.rung")} description={t(`overrule.effect.${rung}`)}>
          <Select
            mt={6}
            aria-label={t("overrule.rung")}
            allowDeselect={false}
            value={rung}
            onChange={(value) => value && setRung(value as Rung)}
            data={RUNGS.map((value) => ({ value, label: t(`common:rungs.${value}`) }))}
          />
        </Input.Wrapper>
        <Textarea
          label={t("overrule.reason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={LONGEST}
          minRows={2}
          autosize
          required
          withAsterisk={false}
        />
        <DialogFoot
          action={t("overrule.save")}
          error={overrule.error}
          isPending={overrule.isPending}
          isDisabled={reason.trim() === ""}
          onClose={onClose}
          aside={
            member.footing.overruled ? (
              <Button
                variant="subtle"
                disabled={overrule.isPending}
                onClick={() => overrule.mutate(null)}
              >
                {t("overrule.lift")}
              </Button>
            ) : null
          }
        />
      </Stack>
    </form>
  );
}

export function OverruleDialog({
  projectId,
  member,
  onClose,
}: Omit<Props, "member"> & { member: Member | null }) {
  const { t } = useTranslation("people");
  const name = member ? member.display_name || member.username : "";
  return (
    <Modal opened={member !== null} onClose={onClose} title={t("overrule.title", { name })}>
      {member ? <Form projectId={projectId} member={member} onClose={onClose} /> : null}
    </Modal>
  );
}
