import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "../../api/types";

const files = import.meta.glob<Record<string, unknown>>("../../locales/*/*.json", {
  import: "default",
});

/** Each screen's words are a chunk of their own, fetched with the screen. */
const bundledWords: BackendModule = {
  type: "backend",
  init() {},
  read(language, namespace, callback) {
    const load = files[`../../locales/${language}/${namespace}.json`];
    if (!load) {
      callback(new Error(`No words for ${language}/${namespace}`), false);
      return;
    }
    load().then(
      (words) => callback(null, words),
      (error) => callback(error, false),
    );
  },
};

const STORED_LANGUAGE = "annotate.language";

function firstLanguage(): Language {
  const stored = localStorage.getItem(STORED_LANGUAGE);
  if (stored === "en" || stored === "zh-hans") return stored;
  return navigator.languages.some((language) => /^zh\b/i.test(language)) ? "zh-hans" : "en";
}

function markDocument(language: string): void {
  document.documentElement.lang = language === "zh-hans" ? "zh-Hans" : language;
  localStorage.setItem(STORED_LANGUAGE, language);
}

export function startI18n(): Promise<unknown> {
  i18next.on("languageChanged", markDocument);
  return i18next
    .use(bundledWords)
    .use(initReactI18next)
    .init({
      lng: firstLanguage(),
      fallbackLng: "en",
      supportedLngs: ["en", "zh-hans"],
      lowerCaseLng: true,
      load: "currentOnly",
      ns: ["common"],
      defaultNS: "common",
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
    });
}
