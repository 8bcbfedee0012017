import { defineConfig } from "vitest/config";

// One script and one style sheet under fixed names: the same sources give the same bytes, and a report can carry both in itself.
export default defineConfig({
  base: "./",
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    target: "es2022",
    modulePreload: false,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    rollupOptions: {
      output: {
        entryFileNames: "app.js",
        assetFileNames: "app[extname]",
        inlineDynamicImports: true,
      },
    },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
