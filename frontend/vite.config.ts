import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.ANNOTATE_SERVER ?? "http://127.0.0.1:8000";

export default defineConfig(({ command }) => ({
  // Django answers every page path with index.html, so assets need an absolute home.
  base: command === "build" ? "/static/" : "/",
  plugins: [react()],
  build: {
    outDir: "dist",
    // The policy allows no data: URL outside img-src, so no asset may be inlined.
    assetsInlineLimit: 0,
    // The polyfill is an inline script, which the policy refuses.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
  },
  server: {
    proxy: {
      "/api": server,
      "/ws": { target: server, ws: true },
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing/setup.ts"],
    restoreMocks: true,
    css: false,
    testTimeout: 30_000,
  },
}));
