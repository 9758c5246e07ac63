import { Button, Group, Progress, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { projectKey } from "../../api/queries";
import type { ItemsTaken, LabelSchema } from "../../api/types";
import { errorText } from "../../ui/errorText";
import { Panel } from "../../ui/Panel";
import { DropZone } from "./DropZone";
import classes from "./intake.module.css";
import { RejectionRows } from "./RejectionTable";
import { type SentPicture, usePictureUpload } from "./usePictureUpload";

interface Props {
  projectId: number;
  schema: LabelSchema;
}

const BATCH = 500;

/** Where an item is one picture and nothing else, pictures become items without a file. */
function useMakeItems(projectId: number, input: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (pictures: readonly SentPicture[]) => {
      const sum: ItemsTaken = { created: 0, existing: 0, rejected: [] };
      for (let start = 0; start < pictures.length; start += BATCH) {
        const items = pictures.slice(start, start + BATCH).map(({ name, ...picture }) => ({
          external_id: name,
          data: { [input]: picture },
        }));
        const taken = await api.post<ItemsTaken>(`projects/${projectId}/items/`, { items });
        sum.created += taken.created;
        sum.existing += taken.existing;
        sum.rejected.push(...taken.rejected);
      }
      return sum;
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: projectKey(projectId) }),
  });
}

function MakeItems({
  projectId,
  input,
  sent,
}: {
  projectId: number;
  input: string;
  sent: readonly SentPicture[];
}) {
  const { t } = useTranslation("intake");
  const make = useMakeItems(projectId, input);
  return (
    <>
      <Group justify="flex-end" gap="sm">
        <span role="status" className={classes.hint} style={{ margin: 0 }}>
          {make.data ? t("outcome.created", { count: make.data.created }) : null}
          {make.error ? errorText(make.error, t) : null}
        </span>
        <Button size="xs" loading={make.isPending} onClick={() => make.mutate(sent)}>
          {t("pictures.makeItems", { count: sent.length })}
        </Button>
      </Group>
      {make.data && make.data.rejected.length > 0 ? (
        <RejectionRows rejections={make.data.rejected} />
      ) : null}
    </>
  );
}

export function PicturesPanel({ projectId, schema }: Props) {
  const { t } = useTranslation("intake");
  const { add, sent, refused, total } = usePictureUpload(projectId);
  const only = schema.inputs.length === 1 ? schema.inputs[0] : undefined;
  const done = sent.length + refused.length;
  const label = t("pictures.sent", { done, total });
  return (
    <Panel title={t("pictures.title")} note={t(only ? "pictures.noteOnly" : "pictures.note")}>
      <Stack gap="sm">
        <DropZone
          multiple
          title={t("pictures.drop")}
          note={t("pictures.dropNote")}
          accept="image/png,image/jpeg,image/webp"
          onFiles={add}
        />
        {total > 0 ? (
          <div role="status">
            <p className={classes.hint} style={{ margin: "0 0 4px" }}>
              {label}
            </p>
            <Progress value={(done / total) * 100} aria-label={label} />
          </div>
        ) : null}
        {refused.length > 0 ? (
          <ul className={classes.pictures}>
            {refused.map(({ name, error }) => (
              <li key={name} style={{ color: "var(--bad)" }}>
                <span>{name}</span>
                <span>{errorText(error, t)}</span>
              </li>
            ))}
          </ul>
        ) : null}
        {only && sent.length > 0 && done === total ? (
          <MakeItems projectId={projectId} input={only.id} sent={sent} />
        ) : null}
      </Stack>
    </Panel>
  );
}
