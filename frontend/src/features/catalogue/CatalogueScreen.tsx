import { Button } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLive } from "../../api/live";
import { catalogueQuery } from "../../api/queries";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { useProjectId } from "../../ui/useProjectId";
import { ModelsTable } from "./ModelsTable";
import { QuestionPanel } from "./QuestionPanel";

/** The worker looks at its folders as often. */
const LOOK_MS = 20_000;

export function CatalogueScreen() {
  const { t } = useTranslation("catalogue");
  const projectId = useProjectId();
  useLive(projectId);
  const found = useQuery({ ...catalogueQuery(projectId), refetchInterval: LOOK_MS });
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
          leftSection={<IconArrowLeft size={16} />}
        >
          {t("back")}
        </Button>
      }
    >
      <Loaded query={found}>
        {({ models, questions }) => {
          const byName = new Map(models.map((model) => [model.name, model]));
          return (
            <>
              {questions.map((question) => (
                <QuestionPanel
                  key={question.question}
                  projectId={projectId}
                  question={question}
                  models={byName}
                />
              ))}
              <ModelsTable models={models} />
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}
