import { useTranslation } from "react-i18next";

/** Between two sentences: a space, but none in Chinese, whose full stop brings its own. */
export function Gap() {
  const { i18n } = useTranslation();
  return i18n.language.startsWith("zh") ? null : " ";
}
