import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const indigo: MantineColorsTuple = [
  "#edf1ff",
  "#dbe3fd",
  "#b5c4f8",
  "#91a7ff",
  "#748ffc",
  "#5c7cfa",
  "#4263eb",
  "#3b5bdb",
  "#364fc7",
  "#2b3f9f",
];

/** The kit's greys, as the house's paper and ink: fields, switched-off buttons, quiet buttons. */
const gray: MantineColorsTuple = [
  "#f7f7f5",
  "#f1f1ee",
  "#e6e5e1",
  "#dcdbd6",
  "#cbcac3",
  "#8b8a82",
  "#6f6d66",
  "#5d5c56",
  "#3d3c37",
  "#1b1b18",
];
const dark: MantineColorsTuple = [
  "#ecebe6",
  "#c9c8c2",
  "#a9a8a1",
  "#92918a",
  "#41444b",
  "#2e3035",
  "#232428",
  "#1c1d20",
  "#17181a",
  "#141517",
];

const FONT =
  '"Inter Variable", Inter, system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.32,
  colors: { indigo, gray, dark },
  fontFamily: FONT,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "14px", xl: "20px" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // The kit would begin with a focusable blank among the items, which a menu may not hold.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
  },
  headings: {
    fontWeight: "650",
    sizes: {
      h1: { fontSize: "22px", lineHeight: "1.3" },
      h2: { fontSize: "16px", lineHeight: "1.4" },
      h3: { fontSize: "14px", lineHeight: "1.4" },
    },
  },
});

/** Mantine's own surfaces take the house's paper, ink and lines. */
export const cssVariables: CSSVariablesResolver = () => {
  const surfaces = {
    "--mantine-color-body": "var(--panel)",
    "--mantine-color-text": "var(--ink)",
    "--mantine-color-default": "var(--panel)",
    "--mantine-color-default-hover": "var(--hover)",
    "--mantine-color-default-border": "var(--line-strong)",
    "--mantine-color-default-color": "var(--ink)",
    "--mantine-color-dimmed": "var(--ink-3)",
    "--mantine-color-placeholder": "var(--ink-3)",
    "--mantine-color-error": "var(--bad)",
    "--mantine-color-anchor": "var(--accent-ink)",
    "--mantine-color-gray-light": "var(--hover)",
    "--mantine-color-gray-light-hover": "var(--hover)",
    "--mantine-color-indigo-light": "var(--accent-soft)",
    "--mantine-color-indigo-light-hover": "var(--accent-soft)",
    "--mantine-color-indigo-light-color": "var(--accent-ink)",
  };
  return { variables: {}, light: surfaces, dark: surfaces };
};
