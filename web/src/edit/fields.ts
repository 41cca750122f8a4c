import type { Feature, LayerName, Value } from "../api/types";

/** One field of a form. A choice offers its values; the group names the words that the text table has for them. */
export type Field =
  | { name: string; kind: "text" | "number" | "whole" | "yesno" | "day"; reference?: LayerName }
  | { name: string; kind: "choice"; values: readonly string[]; group: string; optional: boolean };

const text = (name: string, reference?: LayerName): Field => ({ name, kind: "text", ...(reference && { reference }) });
const number = (name: string): Field => ({ name, kind: "number" });
const whole = (name: string): Field => ({ name, kind: "whole" });
const yesno = (name: string): Field => ({ name, kind: "yesno" });
const choice = (name: string, values: string, group = "value", optional = false): Field => ({ name, kind: "choice", values: values.split(" "), group, optional });

const modes = "travel parking loading closed";
const roadClasses = "motorway trunk primary secondary tertiary residential unclassified service track path";
const unitKinds = "district department police town operation_centre grid_office police_station village park block property_manager carrier power alliance neighbour other";

/**
 * The plain fields of each layer. What other work decides has no field here: shapes, codes, editions, and the state, claim and
 * ownership of a pole.
 */
export const fields: Readonly<Partial<Record<LayerName, readonly Field[]>>> = {
  towns: [text("name"), text("name_en")],
  grids: [text("name"), text("name_en"), text("office", "units")],
  communities: [text("name"), text("name_en"), choice("kind", "village residential")],
  overlays: [text("name"), text("name_en"), text("unit", "units")],
  units: [text("name"), text("name_en"), choice("kind", unitKinds), text("parent", "units"), text("town", "towns"), text("grid", "grids"), yesno("external")],
  segments: [text("name"), text("road"), text("from_cross"), text("to_cross"), choice("side", "left right both"), text("manager", "units")],
  zones: [text("name"), whole("capacity"), choice("default_mode", modes, "mode"), text("manager", "units")],
  spaces: [text("name"), whole("number"), number("length_m"), number("width_m"), choice("orientation", "parallel perpendicular angled"), yesno("accessible"), yesno("charging")],
  poles: [
    text("name"),
    text("plate"),
    choice("main_use", "power telecom broadcast light traffic camera combined unknown"),
    choice("material", "concrete steel wood composite unknown", "value", true),
    number("height_m"),
    choice("condition", "sound leaning cracked stump unknown"),
    choice("live", "yes no unknown"),
    text("road"),
    choice("side", "left right north east south west", "value", true),
    text("site"),
    whole("batch"),
    text("part16"),
    choice("survey_method", "gnss total_station map photo unknown", "value", true),
    { name: "survey_date", kind: "day" },
    number("accuracy_m"),
  ],
  roads: [text("name"), text("name_en"), choice("class", roadClasses, "class"), text("ref"), yesno("oneway"), whole("lanes"), whole("max_speed_kmh"), yesno("bridge")],
};

/** What a field holds: undefined for everything that means "empty", so that leaving it out changes nothing. */
export function valueOf(feature: Feature, name: string): Value | undefined {
  const v = feature[name] as Value | undefined;
  return v === "" || v === null || v === false || v === 0 ? undefined : v;
}

/** What somebody typed, as the field's value; null when it is not one. */
export function readField(field: Field, typed: string): { value: Value | undefined } | null {
  const s = typed.trim();
  if (s === "") return { value: undefined };
  if (field.kind !== "number" && field.kind !== "whole") return { value: s };
  const n = Number(s.replace(",", "."));
  if (!Number.isFinite(n) || (field.kind === "whole" && !Number.isInteger(n))) return null;
  return { value: n === 0 ? undefined : n };
}
