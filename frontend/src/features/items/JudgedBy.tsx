import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { memberQuery, memberSearchQuery } from "../../api/memberSearch";
import type { Member } from "../../api/types";

const TYPING_MS = 200;

const optionOf = (member: Member) => ({
  value: `${member.id}`,
  label: member.display_name || member.username,
});

/** The chosen one first, whom an address may name without having been found. */
function useOptions(projectId: number, value: string | undefined, typed: string) {
  const [search] = useDebouncedValue(typed.trim(), TYPING_MS);
  const chosen = useQuery({
    ...memberQuery(projectId, Number(value)),
    enabled: value !== undefined,
  }).data;
  const own = chosen ? [optionOf(chosen)] : [];
  const found = useQuery({
    // What stands in the field once somebody is chosen is no search.
    ...memberSearchQuery(projectId, search === own[0]?.label ? "" : search),
    placeholderData: keepPreviousData,
  });
  const others = (found.data?.results ?? []).map(optionOf);
  const options = [...own, ...others.filter((option) => option.value !== own[0]?.value)];
  return { options, isLooking: found.isFetching };
}

interface Props {
  projectId: number;
  value: string | undefined;
  onChange: (value: string) => void;
}

/** A person of however many: the server looks for what is typed. */
export function JudgedBy({ projectId, value, onChange }: Props) {
  const { t } = useTranslation("items");
  const [typed, setTyped] = useState("");
  const { options, isLooking } = useOptions(projectId, value, typed);
  return (
    <Select
      size="xs"
      w={148}
      aria-label={t("filters.judgedBy")}
      placeholder={t("filters.judgedBy")}
      clearable
      searchable
      // The server has looked already, in more than the names that are shown here.
      filter={({ options: all }) => all}
      nothingFoundMessage={t(isLooking ? "filters.looking" : "filters.nobody")}
      comboboxProps={{ width: 240, position: "bottom-start" }}
      searchValue={typed}
      onSearchChange={setTyped}
      value={value ?? null}
      onChange={(next) => onChange(next ?? "")}
      data={options}
    />
  );
}
