// Bundles the playground's page into dist/page; the server serves that folder and nothing else.
import { defineConfig } from "vite";

export default defineConfig({
  root: "src/bots/playground/page",
  base: "/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { outDir: "../../../../dist/page", emptyOutDir: true, target: "es2022" },
});
