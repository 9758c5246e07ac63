import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { rememberCsrfToken } from "../../api/client";
import { sessionQuery } from "../../api/queries";
import type { Session } from "../../api/types";

/** Only a path of this site: what another site wrote into the address is not followed. */
function safePath(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : "/";
}

/** Takes a person in: what was cached for the one before is dropped. */
export function useEnter(): (session: Session) => void {
  const queryClient = useQueryClient();
  const router = useRouter();
  const { i18n } = useTranslation();
  return (session) => {
    rememberCsrfToken(session.csrf_token);
    queryClient.clear();
    queryClient.setQueryData(sessionQuery.queryKey, session);
    if (session.user) i18n.changeLanguage(session.user.language);
    const next = new URLSearchParams(window.location.search).get("next");
    router.history.replace(safePath(next));
  };
}
