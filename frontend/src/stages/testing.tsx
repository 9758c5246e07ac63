/** For tests: real words, the kit, and a keymap that listens. */

import { MantineProvider } from "@mantine/core";
import { render } from "@testing-library/react";
import { createInstance } from "i18next";
import type { ReactNode } from "react";
import { I18nextProvider, initReactI18next } from "react-i18next";
import common from "../locales/en/common.json";
import desk from "../locales/en/desk.json";
import labelTypes from "../locales/en/labelTypes.json";
import workspace from "../locales/en/workspace.json";
import { KeymapProvider } from "./keyboard/KeymapProvider";

// jsdom decodes no pictures, draws on no canvas and has no fonts: say so quietly.
HTMLImageElement.prototype.decode ??= () => new Promise(() => undefined);
HTMLCanvasElement.prototype.getContext = () => null;
if (!("fonts" in document)) Object.assign(document, { fonts: new EventTarget() });

const words = createInstance();
words.use(initReactI18next).init({
  lng: "en",
  resources: { en: { common, desk, labelTypes, workspace } },
  defaultNS: "common",
  interpolation: { escapeValue: false },
});

function Surroundings({ children }: { children: ReactNode }) {
  return (
    <I18nextProvider i18n={words}>
      <MantineProvider env="test">
        <KeymapProvider>{children}</KeymapProvider>
      </MantineProvider>
    </I18nextProvider>
  );
}

export function renderWithWords(element: ReactNode) {
  return render(element, { wrapper: Surroundings });
}
