import { ActionIcon, Button, Group, Stack, Table, Text, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { tokensQuery } from "../../api/queries";
import type { Token } from "../../api/types";
import { CopyField } from "../../ui/CopyField";
import { EmptyState } from "../../ui/EmptyState";
import { useFormat } from "../../ui/format";
import { Loaded } from "../../ui/Loaded";
import { Panel } from "../../ui/Panel";
import { useFieldProblems } from "../../ui/useFieldProblems";

function useTokens() {
  const queryClient = useQueryClient();
  const onSuccess = () => queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
  const create = useMutation({
    mutationFn: (name: string) => api.post<Token>("tokens/", { name }),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: (id: number) => api.delete(`tokens/${id}/`),
    onSuccess,
  });
  return { create, remove };
}

function TokenTable({ tokens, onRemove }: { tokens: Token[]; onRemove: (id: number) => void }) {
  const { t } = useTranslation("settings");
  const format = useFormat();
  if (tokens.length === 0) return <EmptyState title={t("tokens.none")} />;
  return (
    <Table fz="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("tokens.name")}</Table.Th>
          <Table.Th>{t("tokens.made")}</Table.Th>
          <Table.Th>{t("tokens.used")}</Table.Th>
          <Table.Th />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {tokens.map(({ id, name, created_at, last_used_at }) => (
          <Table.Tr key={id}>
            <Table.Td fw={600}>{name}</Table.Td>
            <Table.Td>{format.date(created_at)}</Table.Td>
            <Table.Td>{last_used_at ? format.ago(last_used_at) : t("tokens.never")}</Table.Td>
            <Table.Td ta="end">
              <ActionIcon
                variant="subtle"
                color="var(--bad)"
                aria-label={t("tokens.revoke", { name })}
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

export function TokensPanel() {
  const { t } = useTranslation("settings");
  const { create, remove } = useTokens();
  const tokens = useQuery(tokensQuery);
  const form = useRef<HTMLFormElement>(null);
  const problems = useFieldProblems(create.error ?? remove.error, ["name"]);
  const handleSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = `${new FormData(event.currentTarget).get("name") ?? ""}`.trim();
    create.mutate(name, { onSuccess: () => form.current?.reset() });
  };
  return (
    <Panel title={t("tokens.title")} note={t("tokens.note")}>
      <Stack gap="md">
        <form ref={form} onSubmit={handleSubmit}>
          <Group align="flex-start" gap="sm">
            <TextInput
              flex={1}
              name="name"
              aria-label={t("tokens.name")}
              placeholder={t("tokens.example")}
              required
              error={problems.at("name") ?? problems.rest}
            />
            <Button type="submit" variant="default" loading={create.isPending}>
              {t("tokens.create")}
            </Button>
          </Group>
        </form>
        {create.data?.key ? (
          <div role="status">
            <CopyField label={t("tokens.once")} value={create.data.key} />
            <Text size="xs" c="dimmed" mt={4}>
              {t("tokens.onceNote")}
            </Text>
          </div>
        ) : null}
        <Loaded query={tokens}>
          {(list) => <TokenTable tokens={list} onRemove={(id) => remove.mutate(id)} />}
        </Loaded>
      </Stack>
    </Panel>
  );
}
