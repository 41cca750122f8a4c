import { defineConfig, type Plugin } from "vite";
import { buildStyle } from "./src/style/build.ts";
import { themes } from "./src/style/palette.ts";

/** Writes the styles that the server offers at /styles/{name}.json; their URLs are paths, which the server makes absolute. */
function styles(): Plugin {
  return {
    name: "wangge-styles",
    apply: "build",
    generateBundle() {
      for (const theme of themes) {
        const source = JSON.stringify(buildStyle({ theme, lang: "zh", origin: "" }), null, 1) + "\n";
        this.emitFile({ type: "asset", fileName: `styles/${theme}.json`, source });
      }
    },
  };
}

// Stable names: dist is committed, so a change replaces a file instead of adding one. The server sends an ETag of the content.
const names = {
  entryFileNames: "assets/[name].js",
  chunkFileNames: "assets/[name].js",
  assetFileNames: "assets/[name][extname]",
};

export default defineConfig({
  plugins: [styles()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: false,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { output: names },
  },
  worker: { format: "es", rolldownOptions: { output: names } },
  server: { proxy: { "/v1": "http://127.0.0.1:8080", "/tiles": "http://127.0.0.1:8080" } },
});
