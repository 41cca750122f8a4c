import type { Answer, Crossing, Part } from "../api/types";
import { nameFor } from "../names";
import { nameOf, t, word } from "../text";
import type { Task } from "../url";
import { outsideName } from "./answerparts";
import { Share } from "./bars";
import { Section, TaskLink } from "./parts";

/** How many communities are shown unasked: a line through villages meets many. */
const mostShown = 4;

/** What each grid, and each community, has of a line or an area, the greatest share first; and why the grid that leads does. */
export function Shares({ answer }: { answer: Answer }) {
  const x = answer.responsibility?.cross_border;
  const of = (layer: string) => x?.areas?.filter((a) => a.layer === layer) ?? [];
  const [grids, communities] = [of("grids"), of("communities")];
  if (!x || grids.length === 0) return null;
  // Where neither of two grids leads the unit above both does.
  const lead = x.reason === "parent" && x.other_grid ? "" : x.lead_grid;
  return (
    <>
      <Section title={t("shares.grids")}>
        <List parts={grids} lead={lead} test="shares-grids" />
        {x.lead_grid && <p class="hint">{lead ? t("shares.lead", { grid: nameFor("grids", lead), why: whyLeads(x) }) : t("shares.parent", { unit: x.lead ? nameFor("units", x.lead) : t("answer.unit.none") })}</p>}
      </Section>
      {communities.length > 0 && (
        <details class="part" open={communities.length <= mostShown}>
          <summary>
            {t("shares.communities")} <span class="count">{communities.length}</span>
          </summary>
          <List parts={communities} test="shares-communities" />
        </details>
      )}
    </>
  );
}

function List({ parts, lead, test }: { parts: readonly Part[]; lead?: string | undefined; test: string }) {
  return (
    <ul class="rows bars" data-test={test}>
      {parts.map((p) => (
        <li key={p.code}>
          <Row part={p} leads={!!lead && p.code === lead} />
        </li>
      ))}
    </ul>
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
