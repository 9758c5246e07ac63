import { Button, Group, Menu, Modal, Stack, Switch, Text, TextInput } from "@mantine/core";
import { IconBookmark, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ItemFilter } from "../../api/itemFilter";
import { useViews, viewsQuery } from "../../api/lists";
import type { SavedView } from "../../api/types";
import { errorText } from "../../ui/errorText";

interface Props {
  projectId: number;
  filter: ItemFilter;
  onChange: (filter: ItemFilter) => void;
}

/** A new name for a view of one's own, or for the filter that is in force. */
function NameForm({
  projectId,
  filter,
  view,
  onClose,
}: Omit<Props, "onChange"> & { view: SavedView | null; onClose: () => void }) {
  const { t } = useTranslation("items");
  const { save, rename, forget } = useViews(projectId);
  const [name, setName] = useState(view?.name ?? "");
  const [shared, setShared] = useState(view?.shared ?? true);
  const error = save.error ?? rename.error ?? forget.error;
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    const done = { onSuccess: onClose };
    if (view) rename.mutate({ id: view.id, name: name.trim() }, done);
    else save.mutate({ name: name.trim(), query: filter, shared }, done);
  };
  return (
    <form onSubmit={handleSubmit}>
      <Stack gap="sm">
        <TextInput
          label={t("views.name")}
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        {view ? null : (
          <Switch
            label={t("views.shared")}
            checked={shared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
        )}
        {error ? (
          <Text role="alert" size="sm" c="var(--bad)">
            {errorText(error, t)}
          </Text>
        ) : null}
        <Group justify="space-between">
          {view ? (
            <Button
              variant="subtle"
              leftSection={<IconTrash size={14} />}
              onClick={() => forget.mutate(view.id, { onSuccess: onClose })}
            >
              {t("views.forget")}
            </Button>
          ) : (
            <span />
          )}
          <Button type="submit" disabled={name.trim() === ""} loading={save.isPending}>
            {t("views.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function ViewsMenu({ projectId, filter, onChange }: Props) {
  const { t } = useTranslation("items");
  const views = useQuery(viewsQuery(projectId));
  const [edited, setEdited] = useState<SavedView | "new" | null>(null);
  const rows = views.data?.results ?? [];
  const close = () => setEdited(null);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="xs" variant="default" leftSection={<IconBookmark size={14} />}>
            {t("views.title")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {rows.length === 0 ? <Menu.Label>{t("views.none")}</Menu.Label> : null}
          {rows.map((view) => (
            <Menu.Item key={view.id} onClick={() => onChange(view.query)}>
              {view.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item disabled={Object.keys(filter).length === 0} onClick={() => setEdited("new")}>
            {t("views.saveThis")}
          </Menu.Item>
          {rows
            .filter(({ own }) => own)
            .map((view) => (
              <Menu.Item key={view.id} onClick={() => setEdited(view)}>
                {t("views.edit", { name: view.name })}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={edited !== null} onClose={close} title={t("views.title")}>
        {edited ? (
          <NameForm
            projectId={projectId}
            filter={filter}
            view={edited === "new" ? null : edited}
            onClose={close}
          />
        ) : null}
      </Modal>
    </>
  );
}
