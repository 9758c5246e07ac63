import { Button } from "@mantine/core";
import { IconArrowLeft, IconKeyboard, IconScale } from "@tabler/icons-react";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../api/client";
import { projectQuery } from "../../api/queries";
import type { LabelSchema } from "../../api/types";
import { SchemaInputs } from "../../labelTypes/shared/inputs";
import { KeysDialog } from "../../stages/keyboard/KeysDialog";
import { useScope } from "../../stages/keyboard/useScope";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorState } from "../../ui/ErrorState";
import { useScreenTitle } from "../../ui/screenTitle";
import { Tag } from "../../ui/Tag";
import { Waiting } from "../../ui/Waiting";
import { deskCommands } from "./commands";
import { Deciding } from "./Deciding";
import classes from "./Desk.module.css";
import { DeskNotice } from "./parts/DeskNotice";
import { Queue } from "./parts/Queue";
import { type DeskControl, useDesk } from "./useDesk";

interface Props {
  project: number;
  /** Whose verdicts are kept here. */
  user: number;
  menu: ReactNode;
}

function TopBar({ name, menu, onKeys }: { name: string; menu: ReactNode; onKeys: () => void }) {
  const { t } = useTranslation("desk");
  useScreenTitle(`${t("title")} · ${name}`);
  return (
    <header className={classes.top}>
      <Link to="/" className={classes.back} aria-label={t("home")} title={t("home")}>
        <IconArrowLeft size={18} />
      </Link>
      <h1 className={classes.name}>{name}</h1>
      <Tag icon={<IconScale size={14} aria-hidden />}>{t("title")}</Tag>
      <span className={classes.grow} />
      <button
        type="button"
        className={classes.back}
        aria-label={t("keys.keys")}
        title={`${t("keys.keys")} (?)`}
        onClick={onKeys}
      >
        <IconKeyboard size={18} />
      </button>
      {menu}
    </header>
  );
}

/** An owner sees every project's disputes; to decide them one has to be somebody there. */
function OnlyLooking({ project }: { project: number }) {
  const { t } = useTranslation("desk");
  return (
    <EmptyState
      icon={<IconScale size={22} />}
      title={t("onlyLooking.title")}
      action={
        <Button
          component={Link}
          to="/projects/$projectId/people"
          params={{ projectId: project } as never}
          size="xs"
        >
          {t("onlyLooking.people")}
        </Button>
      }
    >
      {t("onlyLooking.text")}
    </EmptyState>
  );
}

function Nothing({ desk, project }: { desk: DeskControl; project: number }) {
  const { t } = useTranslation("desk");
  if (desk.claimError instanceof ApiError && desk.claimError.code === "forbidden") {
    return <OnlyLooking project={project} />;
  }
  if (desk.claimError) {
    return <ErrorState error={desk.claimError} onRetry={() => desk.claim(undefined)} />;
  }
  if (desk.isClaiming) return <Waiting rows={4} height={96} />;
  return (
    <EmptyState
      icon={<IconScale size={22} />}
      title={t("empty.title")}
      action={
        <Button size="xs" onClick={() => desk.claim(undefined)}>
          {t("empty.again")}
        </Button>
      }
    >
      {t("empty.text")}
    </EmptyState>
  );
}

/** Keys while no dispute is on the desk. */
function useIdleKeys(desk: DeskControl, onKeys: () => void): void {
  const { t } = useTranslation("desk");
  const nothing = () => false;
  useScope({
    floor: "workspace",
    title: t("title"),
    commands: deskCommands(t, null, {
      next: () => desk.claim(undefined),
      keys: onKeys,
      choose: nothing,
      phrase: nothing,
      decide: nothing,
      step: nothing,
      goTo: nothing,
      reason: nothing,
      toggleModel: nothing,
      escalate: nothing,
      leave: nothing,
    }),
    isActive: desk.dispute === null,
  });
}

const NO_SCHEMA: LabelSchema = { inputs: [], questions: [] };

/** Where experts settle what the crowd could not. */
export function Desk({ project, user, menu }: Props) {
  const { data } = useSuspenseQuery(projectQuery(project));
  const desk = useDesk(project, user);
  const [showsKeys, setShowsKeys] = useState(false);
  const schema = data.guideline?.schema ?? NO_SCHEMA;
  const { dispute } = desk;
  const isLead = data.role === "lead" || data.role === "owner";
  useIdleKeys(desk, () => setShowsKeys(true));
  return (
    <div className={classes.desk} data-shell>
      <TopBar name={data.name} menu={menu} onKeys={() => setShowsKeys(true)} />
      <DeskNotice desk={desk} />
      <Queue
        project={project}
        current={dispute?.item ?? null}
        isLead={isLead}
        onOpen={desk.claim}
      />
      {dispute ? (
        <SchemaInputs value={schema.inputs}>
          <Deciding
            key={`${dispute.item} ${dispute.revealed}`}
            project={project}
            desk={desk}
            dispute={dispute}
            schema={schema}
            canEscalate={!isLead}
            onKeys={() => setShowsKeys(true)}
          />
        </SchemaInputs>
      ) : (
        <main className={classes.standing}>
          <Nothing desk={desk} project={project} />
        </main>
      )}
      {showsKeys ? <KeysDialog onClose={() => setShowsKeys(false)} /> : null}
    </div>
  );
}
