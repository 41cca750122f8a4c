import type { ComponentChildren } from "preact";
import { t } from "../text";
import { Head, Section } from "./parts";

/** Every key, and what it does. */
export function KeysPanel() {
  const rows: Array<[keys: string[], what: string]> = [
    [["/"], t("keys.search")],
    [["Esc"], t("keys.esc")],
    [["?"], t("keys.help")],
    [["P"], t("keys.points")],
    [["L"], t("keys.layers")],
    [["T"], t("keys.time")],
    [["N"], t("keys.now")],
    [["H"], t("keys.home")],
    [["+", "−"], t("keys.zoom")],
    [[t("keys.arrows")], t("keys.map")],
    [[t("keys.enter")], t("keys.ask")],
    [["M"], t("keys.parking")],
    [["R"], t("keys.rules")],
    [["Ctrl+P"], t("keys.print")],
    [["Ctrl+Z", "Ctrl+Y"], t("keys.undo")],
  ];
  const planning: Array<[keys: string[], what: string]> = [
    [["←", "→", "↑", "↓"], t("keys.bars")],
    [["Shift+←→", "Ctrl+←→"], t("keys.bars.end")],
    [["Alt+←→"], t("keys.bars.fine")],
    [[t("keys.enter"), "N", "Del"], t("keys.bars.open")],
    [["Shift+↓", "N"], t("keys.year")],
    [["←", "→", "↑", "↓", t("keys.enter")], t("keys.matrix")],
    [["Ctrl+S"], t("keys.save")],
  ];
  return (
    <>
      <Head title={t("keys.title")} line={t("keys.line")} />
      <KeyList rows={rows} />
      <Section title={t("keys.plan")}>
        <KeyList rows={planning} />
      </Section>
    </>
  );
}

function KeyList({ rows }: { rows: Array<[keys: string[], what: string]> }) {
  return (
    <dl class="facts keys">
      {rows.map(([keys, what]) => (
        <div key={what}>
          <dt>{keys.map<ComponentChildren>((k) => <kbd key={k}>{k}</kbd>)}</dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
}
