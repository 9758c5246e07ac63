import { Table } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { FileFormat } from "../../api/types";
import { readHead } from "./detect";
import classes from "./intake.module.css";

export function HeadTable({ format, head }: { format: FileFormat; head: string }) {
  const { t } = useTranslation("intake");
  const { columns, rows } = useMemo(() => readHead(format, head), [format, head]);
  if (rows.length === 0) return <p className={classes.hint}>{t("file.noRows")}</p>;
  return (
    <div className={classes.head}>
      <Table fz="xs" verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place in the file
            <Table.Tr key={at}>
              {columns.map((name, column) => (
                <Table.Td key={name}>{row[column]}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
