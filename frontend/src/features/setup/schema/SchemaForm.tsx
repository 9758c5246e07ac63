import { Button, Menu, Stack } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { LabelSchema, QuestionType } from "../../../api/types";
import { InputsPanel } from "./InputsPanel";
import { QuestionCard } from "./QuestionCard";
import { QUESTION_ICONS, QUESTION_TYPES } from "./questionTypes";
import type { EditSchema } from "./schemaEdits";

function AddQuestion({ onAdd }: { onAdd: (type: QuestionType) => void }) {
  const { t } = useTranslation("setup");
  return (
    <Menu position="bottom-start" width={320}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconPlus size={16} />}>
          {t("questions.add")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {QUESTION_TYPES.map((type) => {
          const Icon = QUESTION_ICONS[type];
          return (
            <Menu.Item key={type} leftSection={<Icon size={18} />} onClick={() => onAdd(type)}>
              {t(`common:questionTypes.${type}`)}
              <br />
              <small style={{ color: "var(--ink-3)" }}>{t(`questions.about.${type}`)}</small>
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

interface Props {
  schema: LabelSchema;
  onEdit: EditSchema;
}

export function SchemaForm({ schema, onEdit }: Props) {
  return (
    <Stack gap="sm">
      <InputsPanel inputs={schema.inputs} onEdit={onEdit} />
      {schema.questions.map((question, index) => (
        <QuestionCard
          // biome-ignore lint/suspicious/noArrayIndexKey: ids are being typed here and may repeat
          key={index}
          question={question}
          index={index}
          schema={schema}
          onEdit={onEdit}
        />
      ))}
      <div>
        <AddQuestion onAdd={(type) => onEdit({ edit: "addQuestion", type })} />
      </div>
    </Stack>
  );
}
