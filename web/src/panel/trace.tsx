import type { ComponentChildren } from "preact";
import type { Answer, Step } from "../api/types";
import { expressionText } from "../rules/units";
import { nameFor } from "../names";
import { number, percent, sentenceOf, t, word } from "../text";
import { RuleLink, TaskLink } from "./parts";
import { listed, rich } from "./rich";

/** The steps that led to the answer, in their order, a sentence each. */
export function Trace({ answer }: { answer: Answer }) {
  if (answer.trace.length === 0) return null;
  return (
    <details class="part" data-test="trace">
      <summary>{t("answer.trace")}</summary>
      <ol class="trace">
        {answer.trace.map((s, i) => (
          <li key={i} data-step={s.step}>
            <span>{sentence(s, answer)}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** What each grid has of a line or an area: "310116104Z05 0.620, outside 0.380". */
function shares(detail: string): ComponentChildren {
  return listed(
    detail.split(", ").map((part) => {
      const [code = "", share] = part.split(" ");
      return (
        <>
          {code === "outside" ? t("answer.outside.neighbour") : gridLink(code)} {percent(Number(share))}
        </>
      );
    }),
  );
}

const gridLink = (code: string) => <TaskLink to={{ kind: "feature", layer: "grids", id: code }}>{nameFor("grids", code)}</TaskLink>;
const unitLink = (id: string) => <TaskLink to={{ kind: "feature", layer: "units", id }}>{nameFor("units", id)}</TaskLink>;

/** One step in plain words; the service's own where this page knows none for it. */
function sentence(s: Step, answer: Answer): ComponentChildren {
  const detail = s.detail ?? "";
  const { precision } = answer.position;
  const what = t(`shape.this.${precision}`);
  const [first = "", second = "", , last = ""] = detail.split(" ");
  switch (s.step) {
    case "crs":
      return rich(answer.position.converted ? "trace.crs.converted" : "trace.crs", { crs: word("crs", detail), to: word("crs", answer.position.crs.toLowerCase()) });
    case "shape":
      return rich("trace.shape", { what, parts: shares(detail) });
    case "grid":
      return detail === "outside" ? sentenceOf(t("trace.outside", { what })) : rich(answer.responsibility?.cross_border?.areas ? "trace.grid.shape" : second === "edge_rule" ? "trace.grid.edge" : "trace.grid", { grid: gridLink(first) });
    case "snap":
      return !detail.includes(" ") ? rich("trace.snap", { pole: <TaskLink to={{ kind: "feature", layer: "poles", id: first }}>{nameFor("poles", first)}</TaskLink> }) : t("trace.snap.none");
    case "rules":
      return s.matched?.length
        ? rich("trace.rules", { n: number(s.considered ?? 0), m: number(s.matched.length), rules: listed(s.matched.map((ref) => <RuleLink rule={ref} />)) })
        : t("trace.rules.none", { n: number(s.considered ?? 0) });
    case "skipped":
      return rich("trace.skipped", { rule: <RuleLink rule={first.replace(/:$/, "")} />, unit: expressionText(second) });
    case "rule":
      return rich("trace.rule", { rule: <RuleLink rule={detail} /> });
    case "left_out":
      return t("trace.left_out", { unit: expressionText(detail) });
    case "allowed":
      return rich("trace.allowed", { zone: <TaskLink to={{ kind: "feature", layer: "zones", id: first }}>{nameFor("zones", first)}</TaskLink>, mode: word("mode", second) });
    case "office":
      return !detail.includes(" ") ? rich("trace.office", { unit: unitLink(first) }) : t("trace.office.none");
    case "border":
      return rich("trace.border", { grid: gridLink(first), other: gridLink(second), why: word("leads", last) });
    case "ambiguous":
      return t("trace.ambiguous", { n: number(answer.candidates?.length ?? 0), m: number(answer.query.accuracy_m ?? 0, 1) });
    case "parent":
      return !detail.includes(" ") ? rich("trace.parent", { unit: unitLink(first) }) : t("trace.parent.none");
  }
  return detail ? t("text.brackets", { text: word("step", s.step), more: detail }) : word("step", s.step);
}
