import { defineConfig, type Plugin } from "vite";
import { buildStyle } from "./src/style/build.ts";
import { themes } from "./src/style/palette.ts";
import { en } from "./src/text/en";
import { zh, type Key } from "./src/text/zh";

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

/** Puts the English table into the scripts as its texts alone, in the order of the Chinese one, which has the same keys: 6 kB less to fetch. */
function texts(): Plugin {
  const keys = Object.keys(zh) as Key[];
  return {
    name: "wangge-texts",
    apply: "build",
    load(id) {
      if (!id.endsWith("/src/text/en.ts")) return null;
      return `import { zh } from "./zh";
const texts = ${JSON.stringify(keys.map((k) => en[k]))};
export const en = Object.fromEntries(Object.keys(zh).map((k, i) => [k, texts[i]]));`;
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
  plugins: [styles(), texts()],
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
