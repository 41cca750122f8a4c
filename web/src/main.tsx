import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./app";
import { startAccount } from "./account";
import { startAsking } from "./ask";
import { follow } from "./follow";
import { startKeys } from "./keys";
import { followProvisional } from "./plan/provisional";
import { startDrop } from "./points/drop";
import { client, startState, theme } from "./state";
import { lang, t } from "./text";
import "maplibre-gl/dist/maplibre-gl.css";
import "./css/index.css";

startState();
effect(() => {
  const root = document.documentElement;
  root.lang = client.lang = lang.value === "zh" ? "zh-CN" : "en";
  root.dataset["theme"] = theme.value;
  document.title = t("app.title");
});
startAccount();
startAsking();
follow();
followProvisional();
startKeys();
startDrop();
render(<App />, document.getElementById("app")!);
