import { Anchor, Button, Modal, Stack, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { skipsQuery } from "../../api/people";
import type { Member, SkippedItem } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Loaded } from "../../ui/Loaded";
import { Tag } from "../../ui/Tag";
import classes from "./people.module.css";

interface Props {
  projectId: number;
  member: Member;
}

function Row({ projectId, row }: { projectId: number; row: SkippedItem }) {
  const { t } = useTranslation("common");
  const format = useFormat();
  return (
    <Table.Tr>
      <Table.Td className={classes.short}>
        <Anchor
          size="sm"
          component={Link}
          to={`/projects/${projectId}/items/${row.item}` as never}
        >
          {row.external_id || `#${row.item}`}
        </Anchor>
      </Table.Td>
      <Table.Td>
        <div className={classes.reason}>{t(`skipReasons.${row.reason}`)}</div>
        {row.comment ? <div>“{row.comment}”</div> : null}
      </Table.Td>
      <Table.Td ta="end" className={classes.short}>
        {format.ago(row.at)}
      </Table.Td>
    </Table.Tr>
  );
}

function Skips({ projectId, member }: Props) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const skips = useInfiniteQuery(skipsQuery(projectId, member.id));
  return (
    <Loaded query={skips}>
      {({ pages }) => (
        <Stack gap="sm">
          <Text size="sm">
            {t("skips.of", {
              skipped: format.number(pages[0]?.skipped ?? 0),
              judged: format.number(pages[0]?.judged ?? 0),
            })}
          </Text>
          <div className={classes.tags}>
            {pages[0]?.reasons.map(({ reason, skipped }) => (
              <Tag key={reason}>
                {t("skips.count", {
                  reason: t(`common:skipReasons.${reason}`),
                  skipped: format.number(skipped),
                })}
              </Tag>
            ))}
          </div>
          <Table fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("skips.item")}</Table.Th>
                <Table.Th>{t("skips.reason")}</Table.Th>
                <Table.Th ta="end">{t("skips.when")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {pages
                .flatMap(({ results }) => results)
                .map((row) => (
                  <Row key={`${row.item} ${row.at}`} projectId={projectId} row={row} />
                ))}
            </Table.Tbody>
          </Table>
          {skips.hasNextPage ? (
            <Button
              variant="subtle"
              loading={skips.isFetchingNextPage}
              onClick={() => skips.fetchNextPage()}
            >
              {t("common:more")}
            </Button>
          ) : null}
        </Stack>
      )}
    </Loaded>
  );
}

/** Which items a person passed on, and why. */
export function SkipsDialog({
  projectId,
  member,
  onClose,
}: {
  projectId: number;
  member: Member | null;
  onClose: () => void;
}) {
  const { t } = useTranslation("people");
  const name = member ? member.display_name || member.username : "";
  return (
    <Modal size="lg" opened={member !== null} onClose={onClose} title={t("skips.title", { name })}>
      {member ? <Skips projectId={projectId} member={member} /> : null}
    </Modal>
  );
}
