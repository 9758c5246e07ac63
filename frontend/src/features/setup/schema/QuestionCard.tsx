import { ActionIcon, Group, Stack, Switch, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { LabelSchema, Question } from "../../../api/types";
import { Panel } from "../../../ui/Panel";
import { CategoryRows } from "./CategoryRows";
import { LimitFields } from "./LimitFields";
import { ProblemList } from "./ProblemList";
import { useProblemsBelow } from "./problems";
import { QUESTION_ICONS } from "./questionTypes";
import { ShowWhenField } from "./ShowWhenField";
import classes from "./schema.module.css";
import type { EditSchema } from "./schemaEdits";

interface Props {
  question: Question;
  index: number;
  schema: LabelSchema;
  onEdit: EditSchema;
}

function Tools({ question, index, schema, onEdit }: Props) {
  const { t } = useTranslation("setup");
  const name = question.title || question.id;
  return (
    <Group gap={2} wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color="gray"
        disabled={index === 0}
        aria-label={t("questions.up", { name })}
        onClick={() => onEdit({ edit: "moveQuestion", index, by: -1 })}
      >
        <IconArrowUp size={16} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        disabled={index === schema.questions.length - 1}
        aria-label={t("questions.down", { name })}
        onClick={() => onEdit({ edit: "moveQuestion", index, by: 1 })}
      >
        <IconArrowDown size={16} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t("questions.remove", { name })}
        onClick={() => onEdit({ edit: "removeQuestion", index })}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}

function TitleFields({ question, index, onEdit }: Omit<Props, "schema">) {
  const { t } = useTranslation("setup");
  const { at } = useProblemsBelow(`/questions/${index}`);
  const change = (part: Partial<Question>) =>
    onEdit({ edit: "changeQuestion", index, change: part });
  return (
    <>
      <div className={classes.titleRow}>
        <TextInput
          size="xs"
          label={t("questions.title")}
          placeholder={t(`questions.example.${question.type}`)}
          value={question.title ?? ""}
          error={at("/title")}
          onChange={(event) => change({ title: event.currentTarget.value })}
        />
        <TextInput
          size="xs"
          label={t("id")}
          classNames={{ input: classes.id }}
          value={question.id}
          error={at("/id")}
          onChange={(event) => change({ id: event.currentTarget.value })}
        />
      </div>
      <TextInput
        size="xs"
        label={t("questions.help")}
        placeholder={t("questions.helpExample")}
        value={question.help ?? ""}
        error={at("/help")}
        onChange={(event) => change({ help: event.currentTarget.value || undefined })}
      />
    </>
  );
}

export function QuestionCard({ question, index, schema, onEdit }: Props) {
  const { t } = useTranslation("setup");
  const { rest } = useProblemsBelow(`/questions/${index}`);
  const change = (part: object) => onEdit({ edit: "changeQuestion", index, change: part });
  const Icon = QUESTION_ICONS[question.type];
  return (
    <Panel
      title={
        <span className={classes.cardHead}>
          <span className={classes.number}>{index + 1}</span>
          <Icon size={18} aria-hidden />
          {t(`common:questionTypes.${question.type}`)}
        </span>
      }
      actions={<Tools question={question} index={index} schema={schema} onEdit={onEdit} />}
    >
      <Stack gap="sm">
        <TitleFields question={question} index={index} onEdit={onEdit} />
        {"categories" in question && question.categories ? (
          <CategoryRows categories={question.categories} question={index} onEdit={onEdit} />
        ) : null}
        <LimitFields question={question} index={index} schema={schema} onChange={change} />
        <Switch
          size="xs"
          label={t("questions.required")}
          checked={question.required ?? true}
          onChange={(event) =>
            change({ required: event.currentTarget.checked ? undefined : false })
          }
        />
        <ShowWhenField question={question} index={index} schema={schema} onChange={change} />
      </Stack>
      <ProblemList problems={rest} />
    </Panel>
  );
}
