import { createTheme, localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { nonce } from "./nonce";
import { cssVariables, theme } from "./theme/mantine";

const colorSchemes = localStorageColorSchemeManager({ key: "annotate.theme" });

interface Props {
  queryClient: QueryClient;
  children: ReactNode;
  /** In tests nothing fades, and nothing is hidden for want of a layout. */
  env?: "test";
}

/** The kit has no words of its own: what it shows as a sign only is named here. */
function useNamedTheme() {
  const close = useTranslation().t("close");
  return useMemo(() => {
    const defaultProps = { closeButtonProps: { "aria-label": close } };
    return createTheme({ ...theme, components: { ...theme.components, Modal: { defaultProps } } });
  }, [close]);
}

export function Providers({ queryClient, children, env }: Props) {
  return (
    <MantineProvider
      theme={useNamedTheme()}
      env={env ?? "default"}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemes}
      defaultColorScheme="auto"
      getStyleNonce={nonce}
    >
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    </MantineProvider>
  );
}
