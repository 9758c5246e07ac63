import { ActionIcon, Button, Input, Stack, TextInput } from "@mantine/core";
import { IconArrowUp, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Category } from "../../../api/types";
import { hueAt } from "../../../core/palette";
import { useProblemsBelow } from "./problems";
import classes from "./schema.module.css";
import type { EditSchema } from "./schemaEdits";

interface Props {
  categories: Category[];
  /** Index of the question they belong to. */
  question: number;
  onEdit: EditSchema;
}

interface RowProps {
  category: Category;
  index: number;
  question: number;
  onEdit: EditSchema;
}

function CategoryRow({ category, index, question, onEdit }: RowProps) {
  const { t } = useTranslation("setup");
  const { at } = useProblemsBelow(`/questions/${question}/categories/${index}`);
  const change = (part: Partial<Category>) =>
    onEdit({ edit: "changeCategory", question, index, change: part });
  const name = category.title || category.id;
  return (
    <div className={classes.category}>
      <input
        type="color"
        className={classes.swatch}
        aria-label={t("categories.color", { name })}
        value={category.color ?? hueAt(index)}
        onChange={(event) => change({ color: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        aria-label={t("categories.title")}
        placeholder={t("categories.title")}
        value={category.title ?? ""}
        error={at("/title")}
        onChange={(event) => change({ title: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        aria-label={t("id")}
        classNames={{ input: classes.id }}
        value={category.id}
        error={at("/id")}
        onChange={(event) => change({ id: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        aria-label={t("categories.description")}
        placeholder={t("categories.description")}
        value={category.description ?? ""}
        error={at("/description")}
        onChange={(event) => change({ description: event.currentTarget.value || undefined })}
      />
      <span className={classes.tools}>
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          disabled={index === 0}
          aria-label={t("categories.up", { name })}
          onClick={() => onEdit({ edit: "moveCategory", question, index, by: -1 })}
        >
          <IconArrowUp size={14} />
        </ActionIcon>
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={t("categories.remove", { name })}
          onClick={() => onEdit({ edit: "removeCategory", question, index })}
        >
          <IconX size={14} />
        </ActionIcon>
      </span>
    </div>
  );
}

export function CategoryRows({ categories, question, onEdit }: Props) {
  const { t } = useTranslation("setup");
  const { at } = useProblemsBelow(`/questions/${question}/categories`);
  return (
    <Input.Wrapper
      size="xs"
      label={t("categories.heading")}
      description={t("categories.note")}
      descriptionProps={{ fz: 12 }}
      error={at("")}
      labelElement="div"
    >
      <Stack gap={6} mt={6}>
        {categories.map((category, index) => (
          <CategoryRow
            // biome-ignore lint/suspicious/noArrayIndexKey: ids are being typed here and may repeat
            key={index}
            category={category}
            index={index}
            question={question}
            onEdit={onEdit}
          />
        ))}
        <div>
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => onEdit({ edit: "addCategory", question })}
          >
            {t("categories.add")}
          </Button>
        </div>
      </Stack>
    </Input.Wrapper>
  );
}
