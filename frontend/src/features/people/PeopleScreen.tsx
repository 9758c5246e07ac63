import { Button } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { membersQuery } from "../../api/people";
import type { Member } from "../../api/types";
import { EmptyState } from "../../ui/EmptyState";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { Panel } from "../../ui/Panel";
import { useProjectId } from "../../ui/useProjectId";
import { AddPerson } from "./AddPerson";
import { AppealsPanel } from "./AppealsPanel";
import { GoldPanel } from "./GoldPanel";
import { LinkDialog, type OneTimeLink } from "./LinkDialog";
import { MemberTable } from "./MemberTable";
import { OverruleDialog } from "./OverruleDialog";
import { PoolsPanel } from "./PoolsPanel";
import { QualifyDialog } from "./QualifyDialog";
import { SkipsDialog } from "./SkipsDialog";

export function PeopleScreen() {
  const { t } = useTranslation("people");
  const projectId = useProjectId();
  const [adding, setAdding] = useState(false);
  const [link, setLink] = useState<OneTimeLink | null>(null);
  const [overruled, setOverruled] = useState<Member | null>(null);
  const [qualified, setQualified] = useState<Member | null>(null);
  const [skipped, setSkipped] = useState<Member | null>(null);
  const members = useInfiniteQuery(membersQuery(projectId));
  return (
    <Page
      title={t("title")}
      description={t("note")}
      actions={
        <Button leftSection={<IconUserPlus size={16} />} onClick={() => setAdding(true)}>
          {t("add")}
        </Button>
      }
    >
      <Panel flush>
        <Loaded query={members}>
          {({ pages }) =>
            pages[0]?.results.length === 0 ? (
              <EmptyState title={t("none")}>{t("noneText")}</EmptyState>
            ) : (
              <>
                <MemberTable
                  projectId={projectId}
                  members={pages.flatMap(({ results }) => results)}
                  onLink={setLink}
                  onOverrule={setOverruled}
                  onQualify={setQualified}
                  onSkips={setSkipped}
                />
                {members.hasNextPage ? (
                  <Button
                    variant="subtle"
                    fullWidth
                    loading={members.isFetchingNextPage}
                    onClick={() => members.fetchNextPage()}
                  >
                    {t("common:more")}
                  </Button>
                ) : null}
              </>
            )
          }
        </Loaded>
      </Panel>
      <PoolsPanel projectId={projectId} />
      <AppealsPanel projectId={projectId} />
      <GoldPanel projectId={projectId} />
      <OverruleDialog
        projectId={projectId}
        member={overruled}
        onClose={() => setOverruled(null)}
      />
      <QualifyDialog projectId={projectId} member={qualified} onClose={() => setQualified(null)} />
      <SkipsDialog projectId={projectId} member={skipped} onClose={() => setSkipped(null)} />
      <AddPerson
        projectId={projectId}
        opened={adding}
        onClose={() => setAdding(false)}
        onLink={setLink}
      />
      <LinkDialog link={link} onClose={() => setLink(null)} />
    </Page>
  );
}
