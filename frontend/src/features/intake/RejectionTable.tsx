import { Button, Table } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { rejectionsQuery } from "../../api/queries";
import type { Rejection } from "../../api/types";
import { refusedText } from "../../ui/errorText";
import { Loaded } from "../../ui/Loaded";
import { Waiting } from "../../ui/Waiting";
import classes from "./intake.module.css";

/** In other languages the reason in general, and below it the server's sentence with the values. */
function Reason({ code, message }: Pick<Rejection, "code" | "message">) {
  const { t } = useTranslation("intake");
  const words = refusedText({ code, message }, t);
  return (
    <Table.Td className={classes.reason}>
      {words}
      {words === message ? null : <div lang="en">{message}</div>}
    </Table.Td>
  );
}

export function RejectionRows({ rejections }: { rejections: readonly Rejection[] }) {
  const { t } = useTranslation("intake");
  return (
    <div className={classes.head}>
      <Table fz="xs" verticalSpacing={5}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("rejections.row")}</Table.Th>
            <Table.Th>{t("rejections.place")}</Table.Th>
            <Table.Th>{t("rejections.reason")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rejections.map(({ row, path, code, message }) => (
            <Table.Tr key={`${row} ${path} ${code}`}>
              <Table.Td>{row}</Table.Td>
              <Table.Td>
                <code>{path || "–"}</code>
              </Table.Td>
              <Reason code={code} message={message} />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

export function RejectionTable({ projectId, jobId }: { projectId: number; jobId: number }) {
  const { t } = useTranslation("intake");
  const rejections = useInfiniteQuery(rejectionsQuery(projectId, jobId));
  return (
    <Loaded query={rejections} waiting={<Waiting rows={3} height={24} />}>
      {({ pages }) => (
        <>
          <RejectionRows rejections={pages.flatMap(({ results }) => results)} />
          {rejections.hasNextPage ? (
            <Button
              size="compact-xs"
              variant="subtle"
              loading={rejections.isFetchingNextPage}
              onClick={() => rejections.fetchNextPage()}
            >
              {t("common:more")}
            </Button>
          ) : null}
        </>
      )}
    </Loaded>
  );
}
