import { ActionIcon, Button, Group, Stack, Table, Text, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { applicationsQuery, projectKey } from "../../api/queries";
import type { Application } from "../../api/types";
import { CopyField } from "../../ui/CopyField";
import { EmptyState } from "../../ui/EmptyState";
import { useFormat } from "../../ui/format";
import { Loaded } from "../../ui/Loaded";
import { Panel } from "../../ui/Panel";
import { useFieldProblems } from "../../ui/useFieldProblems";

function useApplications(projectId: number) {
  const queryClient = useQueryClient();
  const path = `projects/${projectId}/applications/`;
  const onSuccess = () =>
    queryClient.invalidateQueries({ queryKey: [...projectKey(projectId), "production"] });
  const connect = useMutation({
    mutationFn: (name: string) => api.post<Application>(path, { name }),
    onSuccess,
  });
  const disconnect = useMutation({
    mutationFn: (id: number) => api.delete(`${path}${id}/`),
    onSuccess,
  });
  return { connect, disconnect };
}

interface TableProps {
  applications: Application[];
  onRemove: (id: number) => void;
}

function Applications({ applications, onRemove }: TableProps) {
  const { t } = useTranslation("production");
  const format = useFormat();
  if (applications.length === 0) return <EmptyState title={t("applications.none")} />;
  return (
    <Table fz="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("applications.name")}</Table.Th>
          <Table.Th>{t("applications.madeBy")}</Table.Th>
          <Table.Th>{t("applications.used")}</Table.Th>
          <Table.Th />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {applications.map(({ id, name, made_by, last_used_at }) => (
          <Table.Tr key={id}>
            <Table.Td fw={600}>{name}</Table.Td>
            <Table.Td>{made_by}</Table.Td>
            <Table.Td>
              {last_used_at ? format.ago(last_used_at) : t("applications.never")}
            </Table.Td>
            <Table.Td ta="end">
              <ActionIcon
                variant="subtle"
                color="var(--bad)"
                aria-label={t("applications.revoke", { name })}
                onClick={() => onRemove(id)}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Who may ask the model: tokens that open two doors of this project, and nothing else. */
export function ApplicationsPanel({ projectId }: { projectId: number }) {
  const { t } = useTranslation("production");
  const { connect, disconnect } = useApplications(projectId);
  const applications = useQuery(applicationsQuery(projectId));
  const form = useRef<HTMLFormElement>(null);
  const problems = useFieldProblems(connect.error ?? disconnect.error, ["name"]);
  const handleSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = `${new FormData(event.currentTarget).get("name") ?? ""}`.trim();
    connect.mutate(name, { onSuccess: () => form.current?.reset() });
  };
  return (
    <Panel title={t("applications.title")} note={t("applications.note")}>
      <Stack gap="md">
        <form ref={form} onSubmit={handleSubmit}>
          <Group align="flex-start" gap="sm">
            <TextInput
              flex={1}
              name="name"
              aria-label={t("applications.name")}
              placeholder={t("applications.example")}
              required
              error={problems.at("name") ?? problems.rest}
            />
            <Button type="submit" variant="default" loading={connect.isPending}>
              {t("applications.connect")}
            </Button>
          </Group>
        </form>
        {connect.data?.key ? (
          <div role="status">
            <CopyField label={t("applications.once")} value={connect.data.key} />
            <Text size="xs" c="dimmed" mt={4}>
              {t("applications.onceNote")}
            </Text>
          </div>
        ) : null}
        <Loaded query={applications}>
          {(list) => <Applications applications={list} onRemove={(id) => disconnect.mutate(id)} />}
        </Loaded>
      </Stack>
    </Panel>
  );
}
