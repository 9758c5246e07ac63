import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { CatalogueModel } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { Tag } from "../../ui/Tag";
import classes from "./catalogue.module.css";

const SHOWN_OF_HASH = 12;
const MEGABYTE = 1024 * 1024;

function Refused({ refusal }: { refusal: NonNullable<CatalogueModel["refusal"]> }) {
  const { t } = useTranslation("catalogue");
  return (
    <>
      <Tag tone="bad">{t(`refused.${refusal.code}`, { defaultValue: refusal.code })}</Tag>
      <p className={classes.reason}>
        {t(`refusedWhy.${refusal.code}`, {
          ...refusal,
          defaultValue: `${refusal.reason} ${refusal.advice}`,
        })}
      </p>
    </>
  );
}

function Abilities({ model }: { model: CatalogueModel }) {
  const { t } = useTranslation("catalogue");
  if (model.refusal) return <Refused refusal={model.refusal} />;
  return (
    <>
      {t("reads", { what: t(`reading.${model.reads}`), says: t(`says.${model.says}`) })}{" "}
      {model.is_default ? <Tag>{t("default")}</Tag> : null}
      {model.labels.length > 0 ? (
        <p className={classes.faint}>{model.labels.slice(0, 12).join(", ")}</p>
      ) : null}
    </>
  );
}

/** Every model on this server: what it is, or why it may not be used. */
export function ModelsTable({ models }: { models: readonly CatalogueModel[] }) {
  const { t } = useTranslation("catalogue");
  const format = useFormat();
  return (
    <Panel title={t("models.title")} note={t("models.note")}>
      <div className={classes.scroll}>
        <Table fz="sm" verticalSpacing={8} className={classes.models}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("models.name")}</Table.Th>
              <Table.Th>{t("models.does")}</Table.Th>
              <Table.Th>{t("models.licence")}</Table.Th>
              <Table.Th>{t("models.revision")}</Table.Th>
              <Table.Th>SHA-256</Table.Th>
              <Table.Th ta="end">{t("models.size")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {models.map((model) => (
              <Table.Tr key={model.name}>
                <Table.Td className={classes.name}>{model.name}</Table.Td>
                <Table.Td>
                  <Abilities model={model} />
                </Table.Td>
                <Table.Td>{model.licence || t("models.unknown")}</Table.Td>
                <Table.Td className={classes.hash}>
                  {model.revision.slice(0, SHOWN_OF_HASH) || t("models.unknown")}
                </Table.Td>
                <Table.Td className={classes.hash} title={model.sha256}>
                  {model.sha256.slice(0, SHOWN_OF_HASH) || "–"}
                </Table.Td>
                <Table.Td ta="end" className={classes.size}>
                  {t("models.megabytes", { size: format.decimal(model.bytes / MEGABYTE) })}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Panel>
  );
}
