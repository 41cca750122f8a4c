import { useEffect, useState } from "preact/hooks";
import { mayEdit } from "../account";
import { withQuery } from "../api/client";
import { isAreaLayer, type Feature, type LayerName, type Value } from "../api/types";
import { EditForm } from "../edit/form";
import { fields } from "../edit/fields";
import { readDraft } from "../edit/draft";
import { Icon } from "../icon";
import { useLoad } from "../load";
import { isSeen, showBox, showPoint } from "../map/map";
import { boxOf, placeOn } from "../place";
import { at, changedSince, client, go, me } from "../state";
import { fieldName, moment, nameOf, t } from "../text";
import { ZoneRecord, ZoneUse } from "../plan/zone";
import { Contents } from "./contents";
import { Editions } from "./editions";
import { Lineage } from "./lineage";
import { Changed, Facts, Head, kindName, Section, Skeleton, TaskLink } from "./parts";
import { Failure } from "./problem";
import { NotThen, Retired } from "./retired";
import { Saved, type SavedEdit } from "./saved";
import { FieldValue } from "./value";

/** The fields in the order in which they are read; those of a layer that are not here follow. */
const order = [
  "code", "kind", "main_use", "state", "claim_state", "ownership", "office", "unit", "manager", "parent", "town", "grid", "district", "road", "side",
  "segment", "zone", "number", "capacity", "default_mode", "from_cross", "to_cross", "material", "height_m", "condition", "live", "plate", "part16", "site", "batch",
];
const hidden = new Set(["id", "name", "name_en", "version", "revision", "valid_from", "valid_to", "demo", "geometry", "type", "windows", "exceptions", "comments", "sign_offs", "digest", "days", "when", "then", "basis", "clock", "answer", "next"]);

/** Numbers of which 0 says that they are not known, or that there is none. */
const unknownAtZero = new Set(["batch", "accuracy_m"]);

/** The layers whose features belong to one of another layer, and the field that says to which. */
const parts: Readonly<Partial<Record<LayerName, ReadonlyArray<readonly [LayerName, string]>>>> = {
  towns: [["grids", "town"], ["communities", "town"]],
  grids: [["communities", "grid"]],
  segments: [["zones", "segment"]],
  zones: [["spaces", "zone"]],
};

/** One feature: what it is, its facts, what can be done with it, and its record. */
export function FeaturePanel({ layer, id }: { layer: LayerName; id: string }) {
  const [round, setRound] = useState(0);
  const [editing, setEditing] = useState(false);
  const [saved, setSaved] = useState<SavedEdit | null>(null);
  const instant = at.value;
  const loaded = useLoad(`${layer}/${id}/${instant}/${round}`, (signal) => client.feature(layer, id, instant ?? undefined, signal), true);
  const feature = loaded.value?.feature ?? null;
  useEffect(() => {
    if (feature && round === 0) bringIntoView(feature);
  }, [feature?.id]);
  if (loaded.kind === "failed") {
    if (loaded.problem.code === "code-retired") return <Retired layer={layer} id={id} problem={loaded.problem} />;
    return (
      <>
        <Head title={id} line={t(`layer.${layer}`)} />
        {loaded.problem.code === "not-in-edition" || (instant && loaded.problem.status === 404) ? <NotThen problem={loaded.problem} /> : <Failure problem={loaded.problem} retry={() => setRound(round + 1)} />}
      </>
    );
  }
  if (!loaded.value || !feature) {
    return (
      <>
        <Head title={t("app.loading")} line={t(`layer.${layer}`)} />
        <Skeleton lines={7} />
      </>
    );
  }
  const again = () => setRound(round + 1);
  if (editing) {
    const end = (edit: SavedEdit | null) => {
      setEditing(false);
      setSaved(edit);
      if (edit) again();
    };
    return <EditForm layer={layer} feature={feature} etag={loaded.value.etag} onEnd={end} />;
  }
  return (
    <>
      <Head title={nameOf(feature) || id} line={kindLine(layer, feature)} />
      <Changed show={!instant && !saved && loaded.kind === "ready" && changedSince(feature.revision, [layer])} act={again} />
      {saved && <Saved layer={layer} id={id} edit={saved} onReverted={again} />}
      {layer === "zones" && <ZoneUse key={id} zone={id} />}
      <Section title={t("feature.facts")}>
        <Facts rows={factsOf(feature)} />
      </Section>
      {layer === "zones" && <ZoneRecord key={`${id}/record`} zone={id} />}
      {layer === "editions" && <Lineage key={id} edition={id} />}
      {layer === "grids" && <Contents key={id} grid={id} />}
      <PartLists layer={layer} feature={feature} />
      <Actions layer={layer} feature={feature} onEdit={() => setEditing(true)} />
      {isAreaLayer(layer) && <Editions layer={layer} area={feature} />}
      <Section title={t("feature.history")}>
        <p class="hint">
          {feature.version !== undefined && t("feature.version", { n: feature.version })}
          {feature.valid_from && ` · ${t("feature.from", { time: moment(feature.valid_from) })}`}
          {feature.demo && ` · ${t("app.demo")}`}
        </p>
      </Section>
    </>
  );
}

function kindLine(layer: LayerName, f: Feature): string {
  return [kindName(layer), f.code && f.code !== nameOf(f) ? f.code : ""].filter(Boolean).join(" · ");
}

function factsOf(f: Feature): Array<[string, preact.ComponentChildren, string]> {
  const given = (name: string) => name in f && !(unknownAtZero.has(name) && f[name] === 0);
  const known = order.filter(given);
  const rest = Object.keys(f).filter((name) => given(name) && !hidden.has(name) && !order.includes(name));
  return [...known, ...rest].map((name) => [fieldName(name), <FieldValue field={name} value={f[name] as Value} />, `field-${name}`]);
}

function PartLists({ layer, feature }: { layer: LayerName; feature: Feature }) {
  const list = parts[layer];
  if (!list) return null;
  return (
    <ul class="rows">
      {list.map(([of, field]) => (
        <li key={of}>
          <TaskLink to={{ kind: "list", layer: of, where: { [field]: feature.id } }}>
            <span class="name">{t("layers.list", { layer: t(`layer.${of}`) })}</span>
            <Icon name="next" />
          </TaskLink>
        </li>
      ))}
    </ul>
  );
}

function Actions({ layer, feature, onEdit }: { layer: LayerName; feature: Feature; onEdit: () => void }) {
  const place = feature.geometry ? placeOn(feature.geometry) : null;
  const editable = fields[layer] !== undefined && at.value === null;
  return (
    <div class="actions">
      {feature.geometry && (
        <button type="button" onClick={() => show(feature)} data-test="locate">
          <Icon name="pin" />
          {t("feature.locate")}
        </button>
      )}
      {layer === "schedules" && typeof feature["zone"] === "string" && (
        <TaskLink to={{ kind: "plan", zone: feature["zone"], id: feature.id }} test="open-plan">
          {t("feature.plan")}
        </TaskLink>
      )}
      {layer === "rules" && (
        <TaskLink to={{ kind: "rule", id: feature.id }} test="open-rule">
          {t("feature.rule")}
        </TaskLink>
      )}
      {place && (
        <button type="button" onClick={() => go({ kind: "point", x: place[0], y: place[1], crs: "wgs84" })} data-test="ask">
          <Icon name="search" />
          {t("feature.ask")}
        </button>
      )}
      {editable && mayEdit(layer) && (
        <button type="button" onClick={onEdit} data-test="edit">
          <Icon name="edit" />
          {t("feature.edit")}
          {readDraft(layer, feature.id) && <span class="dot" aria-hidden="true" />}
        </button>
      )}
      <a class="button" href={withQuery(`/v1/${layer}/${encodeURIComponent(feature.id)}`, { at: at.value ?? undefined })} target="_blank" rel="noopener">
        <Icon name="code" />
        {t("feature.raw")}
      </a>
      {editable && !me.value && (
        <p class="hint">
          <TaskLink to={{ kind: "account" }}>{t("edit.signin")}</TaskLink>
        </p>
      )}
    </div>
  );
}

function show(feature: Feature): void {
  const g = feature.geometry;
  if (!g) return;
  if (g.type === "Point") showPoint(g.coordinates[0], g.coordinates[1], 17);
  else showBox(boxOf(g));
}

function bringIntoView(feature: Feature): void {
  const place = feature.geometry && placeOn(feature.geometry);
  if (place && !isSeen(place[0], place[1])) show(feature);
}
