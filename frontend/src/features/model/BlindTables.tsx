import { Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { projectQuery } from "../../api/queries";
import type { BlindParts } from "../../api/types";
import { classTitle } from "../../ui/classTitle";
import { useFormat } from "../../ui/format";
import { Tag } from "../../ui/Tag";
import { useProjectId } from "../../ui/useProjectId";
import classes from "./model.module.css";

type Part = BlindParts["classes"][number]["found"];

interface ShareProps {
  share: Part;
  needed: number;
}

/** A share, its interval below it so that shares stand in line, or how many items there are. */
function Share({ share, needed }: ShareProps) {
  const { t } = useTranslation("model");
  const { number, percent } = useFormat();
  const compared = share?.compared ?? 0;
  if (share === null || compared < needed) {
    return (
      <span className={classes.faint}>
        {t("blind.few", { count: compared, needed: number(needed) })}
      </span>
    );
  }
  return (
    <>
      {percent(share.agreed / compared, 1)}
      <div className={classes.faint}>
        {t("blind.range", { low: percent(share.low, 1), high: percent(share.high, 1) })} ·{" "}
        {number(compared)}
      </div>
    </>
  );
}

/** Class by class: how often it is found where it is, and right where it is named. */
export function BlindClasses({ parts }: { parts: BlindParts }) {
  const { t } = useTranslation("model");
  const project = useQuery(projectQuery(useProjectId()));
  const question = project.data?.guideline?.schema.questions.find(
    ({ id }) => id === parts.question,
  );
  if (parts.classes.length === 0) return null;
  return (
    <div className={classes.scroll}>
      <h3 className={classes.chartTitle}>{t("classes.title")}</h3>
      <Table fz="xs" verticalSpacing={6} aria-label={t("classes.title")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("classes.name")}</Table.Th>
            <Table.Th ta="end">{t("classes.recall")}</Table.Th>
            <Table.Th ta="end">{t("classes.precision")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {parts.classes.map(({ label, found, right }) => (
            <Table.Tr key={label}>
              <Table.Td className={classes.slice}>
                {question ? classTitle(question, label) : label}
              </Table.Td>
              <Table.Td ta="end" className={classes.figure}>
                <Share share={found} needed={parts.needed} />
              </Table.Td>
              <Table.Td ta="end" className={classes.figure}>
                <Share share={right} needed={parts.needed} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** Slice by slice; what is worse than the rest beyond chance is marked. */
export function BlindSlices({ parts }: { parts: BlindParts }) {
  const { t } = useTranslation("model");
  const nameOf = (value: string | null) => {
    if (value === null) return t("blind.others");
    return value === "" ? t("blind.noValue") : value;
  };
  return (
    <div className={classes.scroll}>
      <Table fz="xs" verticalSpacing={6} aria-label={t("blind.slices")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("blind.slice")}</Table.Th>
            <Table.Th ta="end">{t("columns.accuracy")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {parts.slices.map((slice) => (
            <Table.Tr key={slice.value ?? ""}>
              <Table.Td className={classes.slice}>
                {nameOf(slice.value)}{" "}
                {slice.is_worse ? <Tag tone="warn">{t("blind.worse")}</Tag> : null}
              </Table.Td>
              <Table.Td ta="end" className={classes.figure}>
                <Share share={slice} needed={parts.needed} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
