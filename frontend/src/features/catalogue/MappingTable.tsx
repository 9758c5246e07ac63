import { Select, Table } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { CatalogueModel, CatalogueQuestion } from "../../api/types";
import classes from "./catalogue.module.css";
import { type Mapping, mapped } from "./mapping";

interface Props {
  question: CatalogueQuestion;
  model: CatalogueModel;
  mapping: Mapping;
  onChange: (mapping: Mapping) => void;
}

/** The model's labels beside the categories that they mean. */
export function MappingTable({ question, model, mapping, onChange }: Props) {
  const { t } = useTranslation("catalogue");
  const options = question.classes.map(({ id, title }) => ({ value: id, label: title }));
  return (
    <div className={classes.mapping}>
      <Table fz="sm" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("mapping.label")}</Table.Th>
            <Table.Th aria-hidden />
            <Table.Th>{t("mapping.category")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {model.labels.map((label) => (
            <Table.Tr key={label}>
              <Table.Td className={classes.label}>{label}</Table.Td>
              <Table.Td className={classes.arrow}>
                <IconArrowRight size={14} aria-hidden />
              </Table.Td>
              <Table.Td>
                <Select
                  aria-label={t("mapping.meaning", { label })}
                  placeholder={t("mapping.nothing")}
                  data={options}
                  value={mapping[label] ?? null}
                  clearable
                  searchable={options.length > 10}
                  size="xs"
                  onChange={(meaning) => onChange(mapped(mapping, label, meaning))}
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
