import { ActionIcon, Menu, Select, Table, Text } from "@mantine/core";
import {
  IconCertificate,
  IconDots,
  IconLink,
  IconPlayerSkipForward,
  IconStairs,
  IconUserCheck,
  IconUserOff,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { projectKey } from "../../api/queries";
import type { Member, MemberRole, SignInLink } from "../../api/types";
import { errorText } from "../../ui/errorText";
import { useFormat } from "../../ui/format";
import { Tag } from "../../ui/Tag";
import { MEMBER_ROLES } from "./AddPerson";
import type { OneTimeLink } from "./LinkDialog";
import classes from "./people.module.css";
import { StandingCells } from "./StandingCells";

interface Props {
  projectId: number;
  members: readonly Member[];
  onLink: (link: OneTimeLink) => void;
  onOverrule: (member: Member) => void;
  onQualify: (member: Member) => void;
  onSkips: (member: Member) => void;
}

interface RowProps extends Omit<Props, "members"> {
  member: Member;
}

function useMember({ projectId, member, onLink }: RowProps) {
  const queryClient = useQueryClient();
  const path = `projects/${projectId}/members/${member.id}/`;
  const change = useMutation({
    mutationFn: (part: { role?: MemberRole; is_active?: boolean }) =>
      api.patch<Member>(path, part),
    onSettled: () =>
      queryClient.invalidateQueries({ queryKey: [...projectKey(projectId), "members"] }),
  });
  const makeLink = useMutation({
    mutationFn: () => api.post<SignInLink>(`${path}link/`),
    onSuccess: ({ sign_in_link, expires_at }) =>
      onLink({
        name: member.display_name || member.username,
        url: sign_in_link,
        expiresAt: expires_at,
      }),
  });
  return { change, makeLink };
}

function Actions({
  member,
  onLink,
  onActive,
  onOverrule,
  onQualify,
  onSkips,
}: {
  member: Member;
  onLink: () => void;
  onOverrule: () => void;
  onQualify: () => void;
  onSkips: () => void;
  onActive: (isActive: boolean) => void;
}) {
  const { t } = useTranslation("people");
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("actions", { name: member.display_name || member.username })}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {member.skipped > 0 ? (
          <Menu.Item leftSection={<IconPlayerSkipForward size={16} />} onClick={onSkips}>
            {t("skips.do")}
          </Menu.Item>
        ) : null}
        {member.is_active ? (
          <>
            <Menu.Item leftSection={<IconLink size={16} />} onClick={onLink}>
              {t("newLink")}
            </Menu.Item>
            {member.role === "crowd" ? (
              <>
                <Menu.Item leftSection={<IconCertificate size={16} />} onClick={onQualify}>
                  {t("qualify.do")}
                </Menu.Item>
                <Menu.Item leftSection={<IconStairs size={16} />} onClick={onOverrule}>
                  {t("overrule.do")}
                </Menu.Item>
              </>
            ) : null}
            <Menu.Item
              color="var(--bad)"
              leftSection={<IconUserOff size={16} />}
              onClick={() => onActive(false)}
            >
              {t("deactivate")}
            </Menu.Item>
          </>
        ) : (
          <Menu.Item leftSection={<IconUserCheck size={16} />} onClick={() => onActive(true)}>
            {t("activate")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function RoleCell({ member, onRole }: { member: Member; onRole: (role: MemberRole) => void }) {
  const { t } = useTranslation("people");
  return (
    <Select
      size="xs"
      w={112}
      aria-label={t("roleOf", { name: member.display_name || member.username })}
      allowDeselect={false}
      disabled={!member.is_active}
      data={MEMBER_ROLES.map((value) => ({ value, label: t(`common:roles.${value}`) }))}
      value={member.role}
      onChange={(role) => role && onRole(role as MemberRole)}
    />
  );
}

function Row(props: RowProps) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const { member } = props;
  const { change, makeLink } = useMember(props);
  const error = change.error ?? makeLink.error;
  return (
    <Table.Tr className={member.is_active ? undefined : classes.gone}>
      <Table.Td className={classes.person}>
        <Text size="sm" fw={600}>
          {member.display_name || member.username}
        </Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {member.username}
        </Text>
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          {member.pseudonym}
        </Text>
        {member.is_active ? null : <Tag>{t("inactive")}</Tag>}
        {member.qualifications.length > 0 ? (
          <Text size="xs">{member.qualifications.join(", ")}</Text>
        ) : null}
        {error ? (
          <Text size="xs" c="var(--bad)" role="alert">
            {errorText(error, t)}
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td>
        <RoleCell member={member} onRole={(role) => change.mutate({ role })} />
      </Table.Td>
      <Table.Td ta="end">{format.number(member.judged)}</Table.Td>
      <Table.Td ta="end">{format.number(member.skipped)}</Table.Td>
      <StandingCells member={member} />
      <Table.Td ta="end">
        <Actions
          member={member}
          onLink={() => makeLink.mutate()}
          onOverrule={() => props.onOverrule(member)}
          onQualify={() => props.onQualify(member)}
          onSkips={() => props.onSkips(member)}
          onActive={(is_active) => change.mutate({ is_active })}
        />
      </Table.Td>
    </Table.Tr>
  );
}

export function MemberTable({ members, ...props }: Props) {
  const { t } = useTranslation("people");
  return (
    <div className={classes.wide}>
      <Table fz="sm" verticalSpacing="xs" horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("columns.person")}</Table.Th>
            <Table.Th>{t("columns.role")}</Table.Th>
            <Table.Th ta="end">{t("columns.judged")}</Table.Th>
            <Table.Th ta="end">{t("columns.skipped")}</Table.Th>
            <Table.Th>{t("standing.rung")}</Table.Th>
            <Table.Th>{t("standing.information")}</Table.Th>
            <Table.Th>{t("standing.accuracy")}</Table.Th>
            <Table.Th ta="end">{t("standing.gold")}</Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {members.map((member) => (
            <Row key={member.id} member={member} {...props} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
