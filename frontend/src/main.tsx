import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.layer.css";
import "./app/theme/tokens.css";
import "./app/theme/kit.css";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { startI18n } from "./app/i18n/i18n";
import { nonce } from "./app/nonce";

setNonce(nonce());

// After a deploy an open page may ask for a chunk that is gone: one reload brings the new ones.
const RELOADED = "annotate.reloaded";
window.addEventListener("vite:preloadError", (event) => {
  if (sessionStorage.getItem(RELOADED)) return;
  sessionStorage.setItem(RELOADED, "yes");
  event.preventDefault();
  window.location.reload();
});

const root = document.getElementById("root");
if (root) {
  startI18n().then(() => {
    createRoot(root).render(
      <StrictMode>
        <App />
      </StrictMode>,
    );
  });
}
