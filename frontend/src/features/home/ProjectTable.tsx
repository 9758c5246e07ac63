import { Anchor, Table } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { HomeProject } from "../../api/types";
import { ProgressLine } from "../../ui/charts/ProgressLine";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { ProjectStageTag } from "../../ui/StageTag";
import { Tag } from "../../ui/Tag";
import { waitingIn } from "./nextWork";
import classes from "./ProjectTable.module.css";

/** To the own record; where something follows from it, that is said here already. */
function RecordLink({ project }: { project: HomeProject }) {
  const { t } = useTranslation("home");
  return (
    <div className={classes.kinds}>
      <Anchor
        size="xs"
        renderRoot={(props) => (
          <Link to="/projects/$projectId/record" params={{ projectId: project.id }} {...props} />
        )}
      >
        {t("record")}
      </Anchor>{" "}
      {project.rung === "none" ? null : (
        <Tag tone={project.rung === "paused" ? "bad" : "warn"}>
          {t(`common:rungs.${project.rung}`)}
        </Tag>
      )}
    </div>
  );
}

function Row({ project }: { project: HomeProject }) {
  const { t } = useTranslation("home");
  const format = useFormat();
  const waiting = waitingIn(project);
  return (
    <Table.Tr>
      <Table.Td>
        <Link
          to="/projects/$projectId"
          params={{ projectId: project.id }}
          className={classes.name}
        >
          {project.name}
        </Link>
        <div className={classes.kinds}>
          {project.question_types.map((type) => t(`common:questionTypes.${type}`)).join(" · ")}
        </div>
      </Table.Td>
      <Table.Td>
        {t(`common:roles.${project.role}`)}
        {project.role === "crowd" ? <RecordLink project={project} /> : null}
      </Table.Td>
      <Table.Td>
        <ProjectStageTag stage={project.stage} />
      </Table.Td>
      <Table.Td className={classes.progress}>
        <ProgressLine
          done={project.settled}
          total={project.items}
          label={t(project.role === "crowd" ? "judgedByYou" : "settledOf", {
            settled: project.settled,
            items: project.items,
          })}
        />
      </Table.Td>
      <Table.Td ta="end" fw={waiting > 0 ? 600 : 400}>
        {format.number(waiting)}
      </Table.Td>
      <Table.Td ta="end">{format.number(project.judged_by_me)}</Table.Td>
    </Table.Tr>
  );
}

export function ProjectTable({ projects }: { projects: readonly HomeProject[] }) {
  const { t } = useTranslation("home");
  return (
    <Panel title={t("projects")} flush>
      <Table verticalSpacing="sm" horizontalSpacing="md" fz="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("columns.project")}</Table.Th>
            <Table.Th>{t("columns.role")}</Table.Th>
            <Table.Th>{t("columns.stage")}</Table.Th>
            <Table.Th>{t("columns.progress")}</Table.Th>
            <Table.Th ta="end">{t("columns.waiting")}</Table.Th>
            <Table.Th ta="end">{t("columns.mine")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {projects.map((project) => (
            <Row key={project.id} project={project} />
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}
