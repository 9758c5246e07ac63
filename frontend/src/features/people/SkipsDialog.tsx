import { Anchor, Button, Modal, Stack, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { skipsQuery } from "../../api/people";
import type { Member, SkippedItem } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Loaded } from "../../ui/Loaded";

interface Props {
  projectId: number;
  member: Member;
}

function Row({ projectId, row }: { projectId: number; row: SkippedItem }) {
  const { t } = useTranslation("common");
  const format = useFormat();
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor
          size="sm"
          component={Link}
          to={`/projects/${projectId}/items/${row.item}` as never}
        >
          {row.external_id || `#${row.item}`}
        </Anchor>
      </Table.Td>
      <Table.Td>
        {t(`skipReasons.${row.reason}`)}
        {row.comment ? <div>“{row.comment}”</div> : null}
      </Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>{format.ago(row.at)}</Table.Td>
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
            {pages[0]?.reasons.map(
              ({ reason, skipped }) =>
                ` · ${t(`common:skipReasons.${reason}`)}: ${format.number(skipped)}`,
            )}
          </Text>
          <Table fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("skips.item")}</Table.Th>
                <Table.Th>{t("skips.reason")}</Table.Th>
                <Table.Th>{t("skips.when")}</Table.Th>
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
