import { Button, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../../../api/client";
import { llmQuery } from "../../../api/queries";
import type { Llm, LlmEndpoint } from "../../../api/types";
import { errorText } from "../../../ui/errorText";
import { useFormat } from "../../../ui/format";
import { Gap } from "../../../ui/Gap";
import { Notice } from "../../../ui/Notice";
import classes from "./llm.module.css";

interface Props {
  projectId: number;
  endpoint: LlmEndpoint;
}

function useConsent({ projectId, endpoint }: Props) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (isGiven: boolean) =>
      api.post<Llm>(`projects/${projectId}/llm/consent/`, {
        endpoint: endpoint.name,
        is_given: isGiven,
      }),
    onSuccess: (found) => queryClient.setQueryData(llmQuery(projectId).queryKey, found),
  });
}

function Failed({ endpoint }: { endpoint: LlmEndpoint }) {
  const { t } = useTranslation("model");
  const format = useFormat();
  if (!endpoint.rest) return null;
  const { failures, reason, since } = endpoint.rest;
  return (
    <Notice tone="warn" title={t("llm.rest.title", { name: endpoint.name })}>
      {t("llm.rest.text", { count: failures, at: format.date(since) })}
      <Gap />
      <span lang="en">{reason}</span>
    </Notice>
  );
}

/** Whether texts may go to an endpoint, and whether it works. */
export function EndpointLine({ projectId, endpoint }: Props) {
  const { t } = useTranslation("model");
  const format = useFormat();
  const change = useConsent({ projectId, endpoint });
  const { consent, host } = endpoint;
  return (
    <>
      <div className={classes.line}>
        <div>
          <strong>{endpoint.name}</strong>
          <p className={classes.words}>
            {consent
              ? t("llm.consent.given", {
                  by: consent.given_by,
                  at: format.date(consent.given_at),
                  host,
                })
              : t("llm.consent.needed", { host })}
            <Gap />
            {t(endpoint.is_own ? "llm.consent.own" : "llm.consent.foreign")}
          </p>
        </div>
        <Button
          size="xs"
          variant={consent ? "default" : "filled"}
          loading={change.isPending}
          onClick={() => change.mutate(consent === null)}
        >
          {t(consent ? "llm.consent.withdraw" : "llm.consent.give")}
        </Button>
      </div>
      {change.error ? (
        <Text role="alert" size="sm" c="var(--bad)">
          {errorText(change.error, t)}
        </Text>
      ) : null}
      <Failed endpoint={endpoint} />
    </>
  );
}
