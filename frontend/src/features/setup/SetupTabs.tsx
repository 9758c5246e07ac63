import { Badge, Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { LabelSchema, Policy, Problem } from "../../api/types";
import { Panel } from "../../ui/Panel";
import { GuidelineField } from "./GuidelineField";
import { PolicyForm } from "./policy/PolicyForm";
import { SchemaProblemsProvider } from "./schema/problems";
import { SchemaForm } from "./schema/SchemaForm";
import { SchemaJson } from "./schema/SchemaJson";
import type { EditSchema } from "./schema/schemaEdits";

interface Props {
  schema: LabelSchema;
  problems: readonly Problem[];
  onEdit: EditSchema;
  guideline: string;
  onGuideline: (text: string) => void;
  policy: Policy;
  policyProblemAt: (name: string) => string | undefined;
  onPolicy: (policy: Policy) => void;
  onTab?: (tab: string) => void;
}

export function SetupTabs(props: Props) {
  const { t } = useTranslation("setup");
  const { schema, problems, onEdit, policy, policyProblemAt, onPolicy } = props;
  const mark =
    problems.length > 0 ? (
      <Badge size="xs" color="red" circle={problems.length < 10}>
        {problems.length}
      </Badge>
    ) : null;
  return (
    <Tabs
      defaultValue="questions"
      keepMounted={false}
      onChange={(tab) => tab && props.onTab?.(tab)}
    >
      <Tabs.List mb="sm">
        <Tabs.Tab value="questions" rightSection={mark}>
          {t("tabs.questions")}
        </Tabs.Tab>
        <Tabs.Tab value="guideline">{t("tabs.guideline")}</Tabs.Tab>
        <Tabs.Tab value="policy">{t("tabs.policy")}</Tabs.Tab>
        <Tabs.Tab value="json">{t("tabs.json")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="questions">
        <SchemaProblemsProvider value={problems}>
          <SchemaForm schema={schema} onEdit={onEdit} />
        </SchemaProblemsProvider>
      </Tabs.Panel>
      <Tabs.Panel value="guideline">
        <GuidelineField guideline={props.guideline} onGuideline={props.onGuideline} />
      </Tabs.Panel>
      <Tabs.Panel value="policy">
        <PolicyForm
          policy={policy}
          schema={schema}
          problemAt={policyProblemAt}
          onChange={onPolicy}
        />
      </Tabs.Panel>
      <Tabs.Panel value="json">
        <Panel>
          <SchemaJson
            schema={schema}
            problems={problems}
            onReplace={(next) => onEdit({ edit: "replace", schema: next })}
          />
        </Panel>
      </Tabs.Panel>
    </Tabs>
  );
}
