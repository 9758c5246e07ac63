import { ActionIcon, Button, Menu, Modal, Stack, Switch, Text, TextInput } from "@mantine/core";
import { IconBookmark, IconTrash, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type Ref, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Filter, type Listing, useViews, viewsQuery } from "../../api/lists";
import type { SavedView } from "../../api/types";
import { useScope } from "../../stages/keyboard/useScope";
import { DialogFoot } from "../../ui/DialogFoot";
import { errorText } from "../../ui/errorText";

interface Props {
  projectId: number;
  of: Listing;
  filter: Filter;
  onChange: (filter: Filter) => void;
  /** In a narrow column: the sign without the word. */
  isSmall?: boolean;
}

/** A new name for a view of one's own, or for the filter that is in force. */
function NameForm({
  projectId,
  of,
  filter,
  view,
  onClose,
}: Pick<Props, "projectId" | "of" | "filter"> & { view: SavedView | null; onClose: () => void }) {
  const { t } = useTranslation("common");
  const { save, rename, forget } = useViews(projectId, of);
  const [name, setName] = useState(view?.name ?? "");
  const [shared, setShared] = useState(view?.shared ?? true);
  // What is typed here is no command of the list's screen.
  useScope({ floor: "dialog", title: t("views.title"), commands: [], modal: true });
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
            label={t(`views.shared.${of}`)}
            checked={shared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
        )}
        <DialogFoot
          action={t("views.save")}
          error={error}
          isPending={save.isPending || rename.isPending}
          isDisabled={name.trim() === "" || forget.isPending}
          onClose={onClose}
          aside={
            view ? (
              <Button
                variant="subtle"
                color="var(--bad)"
                leftSection={<IconTrash size={14} />}
                loading={forget.isPending}
                onClick={() => forget.mutate(view.id, { onSuccess: onClose })}
              >
                {t("views.forget")}
              </Button>
            ) : null
          }
        />
      </Stack>
    </form>
  );
}

/** What opens the menu; the rest is the menu's. */
function Opener({ isSmall, ...rest }: Pick<Props, "isSmall"> & { ref: Ref<HTMLButtonElement> }) {
  const { t } = useTranslation("common");
  if (isSmall) {
    return (
      <ActionIcon
        size={30}
        variant="default"
        aria-label={t("views.title")}
        title={t("views.title")}
        {...rest}
      >
        <IconBookmark size={16} />
      </ActionIcon>
    );
  }
  return (
    <Button size="xs" variant="default" leftSection={<IconBookmark size={14} />} {...rest}>
      {t("views.title")}
    </Button>
  );
}

/** The saved filters of a list: to take one, save the one in force, change an own one. */
export function ViewsMenu({ projectId, of, filter, onChange, isSmall }: Props) {
  const { t } = useTranslation("common");
  const views = useQuery(viewsQuery(projectId, of));
  const [edited, setEdited] = useState<SavedView | "new" | null>(null);
  const rows = views.data?.results ?? [];
  const button = useRef<HTMLButtonElement>(null);
  // The menu's item that opened the dialog is gone by then, so the focus goes to the menu's button.
  const close = () => {
    setEdited(null);
    setTimeout(() => button.current?.focus());
  };
  const title =
    edited && edited !== "new" ? t("views.edit", { name: edited.name }) : t("views.saveThis");
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Opener ref={button} isSmall={isSmall} />
        </Menu.Target>
        <Menu.Dropdown>
          {views.error ? <Menu.Label role="alert">{errorText(views.error, t)}</Menu.Label> : null}
          {views.data && rows.length === 0 ? <Menu.Label>{t("views.none")}</Menu.Label> : null}
          {rows.map((view) => (
            <Menu.Item
              key={view.id}
              rightSection={
                view.shared ? (
                  <IconUsers size={14} role="img" aria-label={t(`views.shared.${of}`)} />
                ) : null
              }
              onClick={() => onChange(view.query)}
            >
              <Text span size="sm" truncate display="block" maw={280}>
                {view.name}
              </Text>
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
                <Text span size="sm" truncate display="block" maw={300}>
                  {t("views.edit", { name: view.name })}
                </Text>
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={edited !== null} onClose={close} title={title}>
        {edited ? (
          <NameForm
            projectId={projectId}
            of={of}
            filter={filter}
            view={edited === "new" ? null : edited}
            onClose={close}
          />
        ) : null}
      </Modal>
    </>
  );
}
