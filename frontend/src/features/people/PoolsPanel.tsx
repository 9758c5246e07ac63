import { Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { poolsQuery } from "../../api/queries";
import type { Pool } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Loaded } from "../../ui/Loaded";
import { Panel } from "../../ui/Panel";
import { Tag } from "../../ui/Tag";
import classes from "./people.module.css";

function Row({ pool }: { pool: Pool }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  return (
    <Table.Tr>
      <Table.Td>
        <span className={classes.tags}>
          {pool.needs.join(" + ")}
          {pool.waiting > 0 && pool.qualified === 0 ? (
            <Tag tone="bad">{t("pools.nobody")}</Tag>
          ) : null}
        </span>
      </Table.Td>
      <Table.Td ta="end">{format.number(pool.waiting)}</Table.Td>
      <Table.Td ta="end">{format.number(pool.qualified)}</Table.Td>
    </Table.Tr>
  );
}

/** What items need, and whether there is anybody; nothing where no item needs anything. */
export function PoolsPanel({ projectId }: { projectId: number }) {
  const { t } = useTranslation("people");
  const pools = useQuery(poolsQuery(projectId));
  return (
    <Loaded query={pools}>
      {({ results }) =>
        results.length === 0 ? null : (
          <Panel title={t("pools.title")} flush>
            <Table fz="sm" verticalSpacing="xs" horizontalSpacing="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("pools.needs")}</Table.Th>
                  <Table.Th ta="end">{t("pools.waiting")}</Table.Th>
                  <Table.Th ta="end">{t("pools.qualified")}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {results.map((pool) => (
                  <Row key={pool.id} pool={pool} />
                ))}
              </Table.Tbody>
            </Table>
          </Panel>
        )
      }
    </Loaded>
  );
}
