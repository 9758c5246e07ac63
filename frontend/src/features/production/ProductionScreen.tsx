import { Button } from "@mantine/core";
import { IconSparkles } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { POLL_WITHOUT_SOCKET_MS, useLive } from "../../api/live";
import { productionQuery } from "../../api/queries";
import type { Production } from "../../api/types";
import { Loaded } from "../../ui/Loaded";
import { Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { useProjectId } from "../../ui/useProjectId";
import { ApplicationsPanel } from "./ApplicationsPanel";
import { CasesPanel } from "./CasesPanel";
import { CountsPanel } from "./CountsPanel";
import { DriftPanel } from "./DriftPanel";
import { Funnel } from "./Funnel";
import classes from "./production.module.css";
import { RulesPanel } from "./RulesPanel";

/** Why applications get no answers just now, if they don't. */
function Unanswered({ production }: { production: Production }) {
  const { t } = useTranslation("production");
  if (!production.has_model) return <Notice tone="plain">{t("noModel")}</Notice>;
  if (!production.is_answered) return <Notice tone="warn">{t("away")}</Notice>;
  return null;
}

export function ProductionScreen() {
  const { t } = useTranslation("production");
  const projectId = useProjectId();
  const connected = useLive(projectId);
  const production = useQuery({
    ...productionQuery(projectId),
    refetchInterval: connected ? false : POLL_WITHOUT_SOCKET_MS,
  });
  return (
    <Page
      title={t("title")}
      description={t("note")}
      actions={
        <Button
          component={Link}
          to="/projects/$projectId/model"
          params={{ projectId } as never}
          variant="default"
          leftSection={<IconSparkles size={16} />}
        >
          {t("model")}
        </Button>
      }
    >
      <Loaded query={production}>
        {(found) => (
          <>
            <Unanswered production={found} />
            <Funnel counts={found.counts} />
            <CountsPanel production={found} />
            <CasesPanel projectId={projectId} />
            <div className={classes.columns}>
              <DriftPanel drift={found.drift} />
              <RulesPanel projectId={projectId} rules={found.rules} />
            </div>
            <ApplicationsPanel projectId={projectId} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
