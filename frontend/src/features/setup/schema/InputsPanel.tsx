import { ActionIcon, Button, Group, Stack, TextInput } from "@mantine/core";
import { IconPhoto, IconTextCaption, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SchemaInput } from "../../../api/types";
import { Panel } from "../../../ui/Panel";
import { ProblemList } from "./ProblemList";
import { useProblemsBelow } from "./problems";
import classes from "./schema.module.css";
import type { EditSchema } from "./schemaEdits";

interface RowProps {
  input: SchemaInput;
  index: number;
  isOnly: boolean;
  onEdit: EditSchema;
}

function InputRow({ input, index, isOnly, onEdit }: RowProps) {
  const { t } = useTranslation("setup");
  const { at, rest } = useProblemsBelow(`/inputs/${index}`);
  const change = (part: Partial<SchemaInput>) =>
    onEdit({ edit: "changeInput", index, change: part });
  const Icon = input.type === "text" ? IconTextCaption : IconPhoto;
  return (
    <div>
      <div className={classes.inputRow}>
        <span className={classes.kind}>
          <Icon size={18} aria-hidden /> {t(`common:inputTypes.${input.type}`)}
        </span>
        <TextInput
          size="xs"
          aria-label={t("inputs.title")}
          placeholder={t("inputs.title")}
          value={input.title ?? ""}
          error={at("/title")}
          onChange={(event) => change({ title: event.currentTarget.value })}
        />
        <TextInput
          size="xs"
          aria-label={t("id")}
          classNames={{ input: classes.id }}
          value={input.id}
          error={at("/id")}
          onChange={(event) => change({ id: event.currentTarget.value })}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          disabled={isOnly}
          aria-label={t("inputs.remove", { name: input.title || input.id })}
          onClick={() => onEdit({ edit: "removeInput", index })}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </div>
      <ProblemList problems={rest} />
    </div>
  );
}

export function InputsPanel({ inputs, onEdit }: { inputs: SchemaInput[]; onEdit: EditSchema }) {
  const { t } = useTranslation("setup");
  return (
    <Panel title={t("inputs.heading")} note={t("inputs.note")}>
      <Stack gap="xs">
        {inputs.map((input, index) => (
          <InputRow
            // biome-ignore lint/suspicious/noArrayIndexKey: ids are being typed here and may repeat
            key={index}
            input={input}
            index={index}
            isOnly={inputs.length === 1}
            onEdit={onEdit}
          />
        ))}
        <Group gap="xs">
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => onEdit({ edit: "addInput", type: "text" })}
          >
            {t("inputs.addText")}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => onEdit({ edit: "addInput", type: "image" })}
          >
            {t("inputs.addImage")}
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}
