import type { Answer, Crossing, Part } from "../api/types";
import { nameFor } from "../names";
import { nameOf, t, word } from "../text";
import type { Task } from "../url";
import { outsideName } from "./answerparts";
import { Share } from "./bars";
import { Section, TaskLink } from "./parts";
import { rich } from "./rich";

/** What each grid, and each community, has of a line or an area, the greatest share first; and why the grid that leads does. */
export function Shares({ answer }: { answer: Answer }) {
  const x = answer.responsibility?.cross_border;
  const areas = x?.areas ?? [];
  if (!x || areas.length === 0) return null;
  // Where neither of two grids leads the unit above both does.
  const lead = x.reason === "parent" && x.other_grid ? "" : x.lead_grid;
  return (
    <>
      {(["grids", "communities"] as const).map((layer) => {
        const list = areas.filter((a) => a.layer === layer);
        return (
          list.length > 0 && (
            <Section key={layer} title={t(`shares.${layer}`)}>
              <ul class="rows bars" data-test={`shares-${layer}`}>
                {list.map((a) => (
                  <li key={a.code}>
                    <Row part={a} leads={layer === "grids" && !!a.code && a.code === lead} />
                  </li>
                ))}
              </ul>
              {layer === "grids" && x.lead_grid && <p class="hint">{lead ? rich("shares.lead", { grid: nameFor("grids", lead), why: whyLeads(x) }) : rich("shares.parent", { unit: x.lead ? nameFor("units", x.lead) : t("answer.unit.none") })}</p>}
            </Section>
          )
        );
      })}
    </>
  );
}

/** Why a unit leads. A grid that leads over its own communities is the one above them. */
export function whyLeads(x: Crossing): string {
  return x.reason ? word("leads", x.reason === "parent" && !x.other_grid ? "above" : x.reason) : "";
}

function Row({ part, leads }: { part: Part; leads: boolean }) {
  const name = part.external ? outsideName(part) : nameOf(part);
  const share = <Share name={leads ? <Leading name={name} /> : name} more={!part.external && part.unit ? nameFor("units", part.unit) : ""} share={part.share} />;
  const to: Task | null = part.code ? { kind: "feature", layer: part.layer === "grids" ? "grids" : "communities", id: part.code } : part.unit ? { kind: "feature", layer: "units", id: part.unit } : null;
  return to ? <TaskLink to={to}>{share}</TaskLink> : <span class="row">{share}</span>;
}

function Leading({ name }: { name: string }) {
  return (
    <>
      {name} <span class="chip">{t("shares.leads")}</span>
    </>
  );
}
