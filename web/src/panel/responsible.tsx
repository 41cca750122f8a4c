import type { Answer, Basis, Crossing, Party } from "../api/types";
import { Icon } from "../icon";
import { nameFor } from "../names";
import { distance, nameOf, number, t, word } from "../text";
import type { Task } from "../url";
import { nearBorder } from "./answerparts";
import { Due } from "./deadlines";
import { decidedBy } from "./decided";
import { Facts, RuleLink, TaskLink } from "./parts";
import { listed, rich } from "./rich";
import { whyLeads } from "./shares";

/** The responsible unit first, then who else, by when and on what ground: what a dispatcher has come for. */
export function Responsible({ answer }: { answer: Answer }) {
  const r = answer.responsibility;
  if (answer.outcome === "outside") return null;
  const parties = (list: readonly Party[] | undefined) => (list?.length ? <Parties parties={list} /> : null);
  return (
    <div class="responsible">
      <h2>{t("answer.unit")}</h2>
      <p class={r?.primary ? "unit" : "unit none"} data-test="unit">
        {r?.primary ? <TaskLink to={unitTask(r.primary.unit)}>{partyName(r.primary)}</TaskLink> : t(answer.outcome === "no_action" ? "answer.unit.nobody" : "answer.unit.none")}
      </p>
      <p class="basis">{r && <Why answer={answer} />}</p>
      <Hops answer={answer} />
      {r?.clock && <Due clock={r.clock} from={answer.query.at} />}
      <Facts
        rows={[
          [t("answer.border"), answer.grid && <Border answer={answer} />],
          [t("answer.co"), parties(r?.co), "co"],
          [t("answer.supervisor"), r?.supervisor ? parties([r.supervisor]) : null, "supervisor"],
          [t("answer.informed"), parties(r?.informed), "informed"],
          [t("answer.basis"), r?.list_basis && <BasisLine basis={r.list_basis} />, "basis"],
          [t("answer.crosses"), r?.cross_border && <Crosses x={r.cross_border} />, "crosses"],
        ]}
      />
    </div>
  );
}

/** By what the unit is responsible: its role, its post, and the rule; or that no rule of its own decides. */
function Why({ answer }: { answer: Answer }) {
  const { primary } = answer.responsibility!;
  return (
    <>
      {primary && t(`role.${primary.role === "dispose" ? "dispose" : "help"}`)}
      {primary?.post && (
        <>
          {" · "}
          <TaskLink to={{ kind: "feature", layer: "posts", id: primary.post }}>{nameFor("posts", primary.post)}</TaskLink>
        </>
      )}
      {primary && " · "}
      <span data-test="decided">
        <By answer={answer} />
      </span>
    </>
  );
}

function By({ answer }: { answer: Answer }) {
  const d = decidedBy(answer);
  switch (d?.by) {
    case "own":
      return <>{rich("answer.by.rule", { rule: <RuleLink rule={d.rule} test="answer-rule" /> })}</>;
    case "rest":
      return <>{rich("answer.by.rest", { rule: <RuleLink rule={d.rule} test="answer-rule" /> })}</>;
    case "builtin":
      return <>{t("answer.by.builtin", { name: word("builtin", d.name) })}</>;
    case "grid":
      return <>{t("answer.fallback")}</>;
    case "parent":
      return <>{t("answer.by.parent")}</>;
  }
  return null;
}

/** The units that have said that the case is not theirs, in the order in which they did. */
function Hops({ answer }: { answer: Answer }) {
  const list = answer.query.excluded ?? [];
  if (list.length === 0) return null;
  return (
    <p class="basis" data-test="hops">
      {rich("answer.hops", { n: number(list.length), units: listed(list.map((id) => <TaskLink to={unitTask(id)}>{nameFor("units", id)}</TaskLink>)) })}
    </p>
  );
}

function Border({ answer }: { answer: Answer }) {
  const grid = answer.grid!;
  const warning = grid.match === "edge_rule" ? t("answer.edge") : grid.boundary_distance_m < nearBorder ? t("answer.border.near") : "";
  return (
    <>
      <span data-test="border">{distance(grid.boundary_distance_m)}</span>
      {warning && (
        <span class="warning">
          <Icon name="warn" />
          {warning}
        </span>
      )}
    </>
  );
}

function Parties({ parties }: { parties: readonly Party[] }) {
  return (
    <>
      {parties.map((p) => (
        <div key={p.unit}>
          <TaskLink to={unitTask(p.unit)}>{partyName(p)}</TaskLink>
          {p.post && (
            <small class="post">
              <TaskLink to={{ kind: "feature", layer: "posts", id: p.post }}>{nameFor("posts", p.post)}</TaskLink>
            </small>
          )}
        </div>
      ))}
    </>
  );
}

/** The list on which the duty rests, the item in it, and whether a source gives it. */
export function BasisLine({ basis }: { basis: Basis }) {
  return (
    <>
      {basis.item ? t("basis.item", { list: word("duties", basis.list), n: basis.item }) : word("duties", basis.list)}
      {basis.invented && (
        <>
          {" "}
          <span class="chip" title={t("basis.invented.line")}>
            {t("basis.invented")}
          </span>
        </>
      )}
    </>
  );
}

/** What the case crosses, who leads, and why. */
function Crosses({ x }: { x: Crossing }) {
  const unit = (id: string) => <TaskLink to={unitTask(id)}>{nameFor("units", id)}</TaskLink>;
  return (
    <>
      {x.kinds.map((k) => word("crosses", k)).join(t("text.list"))}
      {x.lead && (
        <div class="sentence">
          {rich("answer.lead", { unit: unit(x.lead), why: whyLeads(x) })}
          {x.agreement && (
            <>
              {" · "}
              <TaskLink to={{ kind: "feature", layer: "agreements", id: x.agreement }}>{nameFor("agreements", x.agreement)}</TaskLink>
            </>
          )}
        </div>
      )}
      {x.other && <div class="sentence">{rich("answer.lead.other", { unit: unit(x.other) })}</div>}
    </>
  );
}

function partyName(p: Party): string {
  return p.name || p.name_en ? nameOf({ ...p, code: p.unit }) : nameFor("units", p.unit);
}

function unitTask(unit: string): Task {
  return { kind: "feature", layer: "units", id: unit };
}
