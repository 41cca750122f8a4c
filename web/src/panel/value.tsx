import type { ComponentChildren } from "preact";
import type { Value } from "../api/types";
import { nameFor, references } from "../names";
import { moment, number, percent, t, word } from "../text";
import { TaskLink } from "./parts";

/** The words of a field's values, where they are not those of "value". */
const groups: Readonly<Record<string, string>> = { state: "state", claim_state: "claim", default_mode: "mode", mode: "mode", band: "band", class: "class", of: "layer", reason: "refusal.reason", lead: "agreement.lead" };

/** Fields that hold a moment as text. */
const moments = new Set(["starts", "ends", "happened"]);

/** A field's value as text, in the reader's words. */
export function valueText(field: string, v: Value | undefined): string {
  if (v === undefined || v === null || v === "") return "";
  if (typeof v === "boolean") return t(v ? "value.yes" : "value.no");
  if (typeof v === "number") return field === "batch" || field === "number" || field === "year" ? String(v) : number(v, 7);
  if (typeof v === "string") {
    if (field === "kind" && word("post", v) !== v) return word("post", v);
    if (moments.has(field)) return moment(v);
    const reference = references[field];
    return reference ? nameFor(reference, v) : word(groups[field] ?? "value", v);
  }
  if (field === "codes" && Array.isArray(v)) return v.map(codeText).join(t("text.list"));
  if (Array.isArray(v)) return v.map((one) => valueText(field, one)).join(t("text.list"));
  if (field === "ownership") return ownershipText(v);
  return JSON.stringify(v);
}

/** What somebody else calls a category. */
function codeText(v: Value): string {
  const { scheme, code } = (v ?? {}) as { scheme?: string; code?: string };
  return `${word("scheme", scheme ?? "")} ${code ?? ""}`;
}

/** One owner: who, which part, since when, on what ground. */
function ownershipText(o: { [name: string]: Value }): string {
  const unit = typeof o["unit"] === "string" ? nameFor("units", o["unit"]) : "";
  const share = typeof o["share"] === "number" && o["share"] < 1 ? percent(o["share"]) : "";
  const basis = typeof o["basis"] === "string" ? word("basis", o["basis"]) : "";
  const from = typeof o["from"] === "string" ? t("feature.from", { time: moment(o["from"]) }) : "";
  return [unit, share, basis, from].filter(Boolean).join(" · ");
}

/** A field's value to read: names of other features are links to them. */
export function FieldValue({ field, value }: { field: string; value: Value | undefined }): ComponentChildren {
  const reference = references[field];
  if (reference && typeof value === "string" && value) return <TaskLink to={{ kind: "feature", layer: reference, id: value }}>{nameFor(reference, value)}</TaskLink>;
  if (reference && Array.isArray(value)) {
    return value.map((id) => (
      <div key={String(id)}>
        <TaskLink to={{ kind: "feature", layer: reference, id: String(id) }}>{nameFor(reference, String(id))}</TaskLink>
      </div>
    ));
  }
  if (field === "seat" && value && typeof value === "object") return <SeatValue seat={value} />;
  if (field === "ownership" && Array.isArray(value)) {
    return value.map((o, i) => {
      const unit = o && typeof o === "object" && !Array.isArray(o) && typeof o["unit"] === "string" ? o["unit"] : "";
      return (
        <div key={i}>
          {unit ? <TaskLink to={{ kind: "feature", layer: "units", id: unit }}>{valueText(field, o)}</TaskLink> : valueText(field, o)}
        </div>
      );
    });
  }
  return <>{valueText(field, value)}</>;
}

function SeatValue({ seat }: { seat: Value[] | { [name: string]: Value } }) {
  const at = Array.isArray(seat) ? seat : seat["coordinates"];
  const [lon, lat] = Array.isArray(at) ? at : [];
  if (typeof lon !== "number" || typeof lat !== "number") return null;
  return <TaskLink to={{ kind: "point", x: lon, y: lat, crs: "wgs84" }}>{`${lon}, ${lat}`}</TaskLink>;
}
