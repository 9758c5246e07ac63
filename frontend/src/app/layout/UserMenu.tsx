import { Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import {
  IconCheck,
  IconChevronDown,
  IconKey,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSun,
  IconSunMoon,
} from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { sessionQuery } from "../../api/queries";
import type { Language, Theme, User } from "../../api/types";
import classes from "./UserMenu.module.css";

const LANGUAGES: Record<Language, string> = { en: "English", "zh-hans": "简体中文" };
const THEMES = { light: IconSun, dark: IconMoon, auto: IconSunMoon } as const;
const THEME_NAMES: Theme[] = ["light", "dark", "auto"];

/** What the person chose on another machine holds here too. */
function useChoicesOf(user: User | null | undefined): void {
  const { i18n } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const language = user?.language;
  const theme = user?.theme;
  useEffect(() => {
    if (language && i18n.language !== language) i18n.changeLanguage(language);
  }, [language, i18n]);
  useEffect(() => {
    if (theme) setColorScheme(theme);
  }, [theme, setColorScheme]);
}

function useMe() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { data } = useQuery(sessionQuery);
  const choose = useMutation({
    mutationFn: (choice: Partial<Pick<User, "language" | "theme">>) =>
      api.patch<User>("me/", choice),
    // The choice shows at once; should the server refuse it, the next visit brings the old one.
    onMutate: (choice) =>
      queryClient.setQueryData(sessionQuery.queryKey, (old) =>
        old?.user ? { ...old, user: { ...old.user, ...choice } } : old,
      ),
  });
  const leave = useMutation({
    mutationFn: () => api.delete("session/"),
    onSettled: async () => {
      queryClient.clear();
      await navigate({ to: "/sign-in" });
    },
  });
  return { user: data?.user ?? null, choose: choose.mutate, leave: leave.mutate };
}

export function UserMenu() {
  const { t } = useTranslation("common");
  const { user, choose, leave } = useMe();
  useChoicesOf(user);
  if (!user) return null;
  const name = user.display_name || user.username;
  const chosen = <IconCheck size={14} />;
  return (
    <Menu position="bottom-end" width={220} shadow="none" classNames={{ dropdown: classes.list }}>
      <Menu.Target>
        <UnstyledButton className={classes.button} aria-label={t("menu.label", { name })}>
          <span className={classes.avatar} data-letter={[...name][0]?.toUpperCase()} />
          <span className={classes.name}>{name}</span>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("menu.language")}</Menu.Label>
        {(Object.keys(LANGUAGES) as Language[]).map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            leftSection={<IconLanguage size={16} />}
            rightSection={user.language === language ? chosen : null}
            onClick={() => choose({ language })}
          >
            {LANGUAGES[language]}
          </Menu.Item>
        ))}
        <Menu.Label>{t("menu.theme")}</Menu.Label>
        {THEME_NAMES.map((theme) => {
          const Icon = THEMES[theme];
          return (
            <Menu.Item
              key={theme}
              leftSection={<Icon size={16} />}
              rightSection={user.theme === theme ? chosen : null}
              onClick={() => choose({ theme })}
            >
              {t(`menu.themes.${theme}`)}
            </Menu.Item>
          );
        })}
        <Menu.Divider />
        <Menu.Item component={Link} to="/settings" leftSection={<IconKey size={16} />}>
          {t("menu.settings")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => leave()}>
          {t("menu.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
