import type { TFunction } from "i18next";

interface TrailLine {
  actor: string | null;
  kind: string;
}

/** One line of the trail in words. Kinds carry a dot, which i18next reads as a step down. */
export function eventText({ actor, kind }: TrailLine, t: TFunction): string {
  const key = kind.replaceAll(".", "_");
  return t(`common:events.${key}`, {
    actor: actor ?? t("common:events.nobody"),
    defaultValue: kind,
  });
}
