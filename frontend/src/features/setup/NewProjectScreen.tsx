import { Button, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { useReducer, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { homeQuery } from "../../api/queries";
import type { LabelSchema, NewProject, Policy, Project } from "../../api/types";
import { Page } from "../../ui/Page";
import { Panel } from "../../ui/Panel";
import { type FieldProblems, useFieldProblems } from "../../ui/useFieldProblems";
import { CheckNote } from "./CheckNote";
import { DEFAULT_POLICY } from "./policy/defaultPolicy";
import { Preview } from "./preview/Preview";
import { SetupTabs } from "./SetupTabs";
import { schemaReducer } from "./schema/schemaEdits";
import { useSchemaCheck } from "./schema/useSchemaCheck";
import classes from "./setup.module.css";
import { TemplatePicker } from "./TemplatePicker";
import { type TemplateName, templateSchema } from "./templates";

interface About {
  name: string;
  description: string;
  organisation: number | undefined;
}

interface AboutProps {
  about: About;
  problems: FieldProblems;
  onChange: (about: About) => void;
}

function AboutFields({ about, problems, onChange }: AboutProps) {
  const { t } = useTranslation("setup");
  const { data: home } = useQuery(homeQuery);
  const organisations = (home?.organisations ?? []).filter(({ role }) => role !== "member");
  return (
    <Panel>
      <Stack gap="sm">
        <TextInput
          label={t("about.name")}
          placeholder={t("about.nameExample")}
          value={about.name}
          error={problems.at("name")}
          data-autofocus
          onChange={(event) => onChange({ ...about, name: event.currentTarget.value })}
        />
        <Textarea
          label={t("about.description")}
          autosize
          minRows={1}
          value={about.description}
          error={problems.at("description")}
          onChange={(event) => onChange({ ...about, description: event.currentTarget.value })}
        />
        {organisations.length > 1 ? (
          <Select
            label={t("about.organisation")}
            allowDeselect={false}
            data={organisations.map(({ id, name }) => ({ value: `${id}`, label: name }))}
            value={`${about.organisation ?? organisations[0]?.id}`}
            error={problems.at("organisation")}
            onChange={(id) => onChange({ ...about, organisation: Number(id) })}
          />
        ) : null}
      </Stack>
    </Panel>
  );
}

function useCreate() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (project: NewProject) => api.post<Project>("projects/", project),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: homeQuery.queryKey });
      await navigate({ to: "/projects/$projectId/import", params: { projectId: id } });
    },
  });
}

/** The schema in hand. What was changed of a template is there again when one comes back to it. */
function useDraft(t: TFunction<"setup">) {
  const [template, setTemplate] = useState<TemplateName>("sentiment");
  const [left, setLeft] = useState<Partial<Record<TemplateName, LabelSchema>>>({});
  const [{ schema }, edit] = useReducer(schemaReducer, null, () => ({
    schema: templateSchema("sentiment", t),
    idsFollow: true,
  }));
  const choose = (name: TemplateName) => {
    if (name === template) return;
    setLeft({ ...left, [template]: schema });
    setTemplate(name);
    edit({ edit: "replace", schema: left[name] ?? templateSchema(name, t) });
  };
  return { template, schema, edit, choose };
}

const FIELDS = ["name", "description", "organisation", "policy", "schema"];

export function NewProjectScreen() {
  const { t } = useTranslation("setup");
  const { template, schema, edit, choose } = useDraft(t);
  const [about, setAbout] = useState<About>({
    name: "",
    description: "",
    organisation: undefined,
  });
  const [guideline, setGuideline] = useState("");
  const [policy, setPolicy] = useState<Policy>(DEFAULT_POLICY);
  const check = useSchemaCheck(schema);
  const create = useCreate();
  const problems = useFieldProblems(create.error, FIELDS);
  const hasName = about.name.trim() !== "";
  return (
    <Page title={t("newTitle")} description={t("newNote")}>
      <TemplatePicker chosen={template} onChoose={choose} />
      <div className={classes.columns}>
        <Stack gap="sm">
          <AboutFields about={about} problems={problems} onChange={setAbout} />
          <SetupTabs
            key={template}
            schema={schema}
            problems={check.problems}
            onEdit={edit}
            guideline={guideline}
            onGuideline={setGuideline}
            policy={policy}
            policyProblemAt={(name) => problems.at(`policy/${name}`)}
            onPolicy={setPolicy}
          />
        </Stack>
        <Preview schema={schema} isSound={check.isSound} />
      </div>
      <footer className={classes.foot}>
        <span className={classes.footNote} role="status">
          {problems.rest ? (
            <span style={{ color: "var(--bad)" }}>{problems.rest}</span>
          ) : (
            <CheckNote check={check} lacksName={!hasName} />
          )}
        </span>
        <Button
          disabled={!check.isSound || !hasName}
          loading={create.isPending}
          onClick={() => create.mutate({ ...about, schema, guideline_text: guideline, policy })}
        >
          {t("create")}
        </Button>
      </footer>
    </Page>
  );
}
