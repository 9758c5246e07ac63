import { Input, Modal, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { projectKey } from "../../api/queries";
import type { Member, MemberRole } from "../../api/types";
import { DialogFoot } from "../../ui/DialogFoot";
import { useFieldProblems } from "../../ui/useFieldProblems";
import type { OneTimeLink } from "./LinkDialog";

interface Props {
  projectId: number;
  opened: boolean;
  onClose: () => void;
  onLink: (link: OneTimeLink) => void;
}

export const MEMBER_ROLES: readonly MemberRole[] = ["crowd", "expert", "lead"];

interface NewMember {
  username: string;
  display_name: string;
  role: MemberRole;
}

function useAdd({ projectId, onClose, onLink }: Props) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (member: NewMember) => api.post<Member>(`projects/${projectId}/members/`, member),
    onSuccess: async (member) => {
      await queryClient.invalidateQueries({ queryKey: [...projectKey(projectId), "members"] });
      onClose();
      // Someone who has an account already needs no link.
      if (member.sign_in_link) {
        const name = member.display_name || member.username;
        onLink({ name, url: member.sign_in_link, expiresAt: null });
      }
    },
  });
}

function Form(props: Props) {
  const { t } = useTranslation("people");
  const [role, setRole] = useState<MemberRole>("crowd");
  const add = useAdd(props);
  const problems = useFieldProblems(add.error, ["username", "display_name", "role"]);
  const handleSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => `${form.get(name) ?? ""}`.trim();
    add.mutate({ username: text("username"), display_name: text("display_name"), role });
  };
  return (
    <form onSubmit={handleSubmit}>
      <Stack gap="sm">
        <TextInput
          name="username"
          label={t("username")}
          description={t("usernameNote")}
          required
          withAsterisk={false}
          data-autofocus
          autoCapitalize="none"
          spellCheck={false}
          error={problems.at("username")}
        />
        <TextInput
          name="display_name"
          label={t("displayName")}
          description={t("displayNameNote")}
          error={problems.at("display_name")}
        />
        <Input.Wrapper
          label={t("role")}
          description={t(`roleNote.${role}`)}
          error={problems.at("role")}
          labelElement="div"
        >
          <SegmentedControl
            mt={6}
            size="xs"
            fullWidth
            value={role}
            onChange={(value) => setRole(value as MemberRole)}
            data={MEMBER_ROLES.map((value) => ({ value, label: t(`common:roles.${value}`) }))}
          />
        </Input.Wrapper>
        {problems.rest ? (
          <Text role="alert" size="sm" c="var(--bad)">
            {problems.rest}
          </Text>
        ) : null}
        <DialogFoot
          action={t("add")}
          error={null}
          isPending={add.isPending}
          onClose={props.onClose}
        />
      </Stack>
    </form>
  );
}

export function AddPerson(props: Props) {
  const { t } = useTranslation("people");
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={t("add")}>
      <Form {...props} />
    </Modal>
  );
}
