import { isLayerName, type Answer, type Level, type LayerName, type NearFeature, type Nearest } from "../api/types";
import { nameFor } from "../names";
import { distance, lang, moment, nameOf, number, percent, sentenceOf, t, word } from "../text";
import { Facts, Section, TaskLink } from "./parts";

/** How near a border is near, in metres. */
export const nearBorder = 30;
const levelLayers: Readonly<Record<string, LayerName>> = { district: "districts", town: "towns", grid: "grids", community: "communities" };

/** District, town, grid, community: each a step of the ladder. */
export function Ladder({ levels }: { levels: Level[] }) {
  if (levels.length === 0) return null;
  return (
    <Section title={t("answer.ladder")}>
      <ol class="ladder" data-test="ladder">
        {levels.map((l) => (
          <li key={`${l.level}/${l.code}`}>
            <span class="level">{word("level", l.level)}</span>
            <LevelLink level={l} />
          </li>
        ))}
      </ol>
    </Section>
  );
}

function LevelLink({ level }: { level: Level }) {
  const layer = levelLayers[level.level] ?? "overlays";
  const id = level.id ?? (layer === "overlays" ? "" : level.code);
  const name = nameOf(level);
  return (
    <>
      {id ? <TaskLink to={{ kind: "feature", layer, id }}>{name}</TaskLink> : <span>{name}</span>}
      {name !== level.code && <code>{level.code}</code>}
    </>
  );
}

/** What is on the other side of borders that are near; of a point outside of the district, the neighbours there. */
export function Neighbours({ answer }: { answer: Answer }) {
  const list = answer.neighbours;
  const outside = !answer.grid;
  if (outside && list.length === 0) return null;
  return (
    <Section title={t(outside ? "answer.outside.units" : "answer.neighbours")} {...(list.length > 0 && { count: list.length })}>
      {list.length === 0 ? (
        <p class="empty">{t("answer.neighbours.none", { m: distance(Math.max(nearBorder, answer.query.accuracy_m ?? 0)) })}</p>
      ) : (
        <ul class="rows" data-test="neighbours">
          {list.map((n) => (
            <li key={n.code || n.unit || "outside"}>
              <Neighbour n={n} outside={outside} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** What the outside of the district is called: after who lies there, if that is known. */
export function outsideName(there: { name?: string; name_en?: string }): string {
  const name = nameOf(there);
  return name ? t("answer.beyond", { name }) : t("answer.outside.neighbour");
}

function Neighbour({ n, outside }: { n: Nearest; outside: boolean }) {
  const chance = n.probability === undefined ? "" : ` · ${percent(n.probability)}`;
  const right = <span class="amount">{(outside && n.distance_m === 0 ? t("answer.outside.here") : distance(n.distance_m)) + chance}</span>;
  if (n.external) {
    const name = outside ? nameOf(n) : outsideName(n);
    if (n.unit)
      return (
        <TaskLink to={{ kind: "feature", layer: "units", id: n.unit }}>
          <span class="name">{name}</span>
          {right}
        </TaskLink>
      );
    return (
      <span class="row">
        <span class="name">{name}</span>
        {right}
      </span>
    );
  }
  return (
    <TaskLink to={{ kind: "feature", layer: "grids", id: n.code }}>
      <span class="name">
        {nameOf(n)}
        {!n.same_town && <span class="chip">{t("answer.other.town")}</span>}
      </span>
      {right}
    </TaskLink>
  );
}

/** Poles and parking near by, with their owners. */
export function Features({ answer }: { answer: Answer }) {
  const list = answer.features;
  if (answer.outcome === "outside" && list.length === 0) return null;
  return (
    <Section title={t("answer.features")} {...(list.length > 0 && { count: list.length })}>
      {list.length === 0 ? (
        <p class="empty">{t("answer.features.empty")}</p>
      ) : (
        <ul class="rows" data-test="features">
          {list.map((f) => (
            <li key={`${f.layer}/${f.id}`}>
              <Near f={f} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

const kinds: Readonly<Record<string, string>> = { poles: "pole", zones: "zone", spaces: "space", segments: "segment" };

/** The owner as the answer names it, in Chinese; in English the unit's own English name. */
function ownerName(owner: NonNullable<NearFeature["owner"]>): string {
  return (lang.value === "zh" && owner.name) || nameFor("units", owner.unit);
}

function Near({ f }: { f: NearFeature }) {
  const owner = f.owner ? `${t("answer.features.owner")}${t("text.colon")}${ownerName(f.owner)}` : "";
  const basis = f.owner?.basis ? word("basis", f.owner.basis) : "";
  const line = [word("kind", kinds[f.layer] ?? f.layer), owner && (basis ? t("text.brackets", { text: owner, more: basis }) : owner), f.state && word("state", f.state)];
  const inner = (
    <>
      <span class="name">{f.name || f.code || f.id}</span>
      <span class="amount">{distance(f.distance_m)}</span>
      <small>{line.filter(Boolean).join(" · ")}</small>
    </>
  );
  if (!isLayerName(f.layer)) return <span class="row">{inner}</span>;
  return <TaskLink to={{ kind: "feature", layer: f.layer, id: f.id }}>{inner}</TaskLink>;
}

/** Blocks, parks, buildings and police areas at the point. */
export function Overlays({ levels }: { levels: Level[] }) {
  if (levels.length === 0) return null;
  return (
    <Section title={t("answer.overlays")}>
      <ol class="ladder">
        {levels.map((l) => (
          <li key={`${l.level}/${l.code}`}>
            <span class="level">{word("level", l.level)}</span>
            <LevelLink level={l} />
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** The point itself, as given and as understood. */
export function Place({ answer }: { answer: Answer }) {
  const { query: q, position: p } = answer;
  const degrees = (v: number) => v.toFixed(7).replace(/0{1,3}$/, "");
  const shown = `${degrees(p.lon)}, ${degrees(p.lat)}`;
  return (
    <Section title={t("answer.position")}>
      <Facts
        rows={[
          [word("crs", p.crs.toLowerCase()), <span class="figures">{shown}</span>],
          [p.converted ? t("answer.given") : "", p.converted ? <span class="figures">{`${q.lon}, ${q.lat}`}</span> : null],
          [p.converted ? t("answer.crs") : " ", p.converted ? word("crs", q.crs.toLowerCase()) : null],
        ]}
      />
      {p.precision !== "point" && <p class="hint">{sentenceOf(t(answer.responsibility?.cross_border?.areas ? "shape.stands" : "shape.stands.plain", { what: t(`shape.this.${p.precision}`) }))}</p>}
    </Section>
  );
}

/** Which data the answer stands on. */
export function Data({ answer }: { answer: Answer }) {
  const d = answer.data;
  const edition = answer.grid?.edition || d.edition;
  return (
    <Section title={t("answer.data")}>
      <Facts
        rows={[
          [t("answer.data.edition"), edition && <TaskLink to={{ kind: "list", layer: "editions", where: { code: edition } }}>{edition}</TaskLink>],
          [t("answer.data.revision"), <span class="figures">{number(d.revision)}</span>, "revision"],
          [t("answer.data.rules"), d.rules, "rules-version"],
          [t("answer.data.calendar"), d.calendar],
          [t("answer.data.asof"), moment(d.features_as_of)],
          [t("answer.data.at"), moment(answer.query.at)],
        ]}
      />
      {answer.demo && <p class="hint">{t("answer.data.demo")}</p>}
    </Section>
  );
}

