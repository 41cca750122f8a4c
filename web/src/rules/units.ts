import { nameFor } from "../names";
import { t, word, type Key } from "../text";

// Units as rules name them: by an id, or by what they are to the place of a report.

/** Words that stand alone. */
export const plainWords = ["grid.office", "feature.owner", "feature.owners", "zone.manager", "border.lead", "border.other", "parent", "district"] as const;
/** Words that a colon and a name follow. */
export const namedWords = ["unit", "town.kind", "town.unit", "post", "overlay.unit"] as const;

export type UnitWord = (typeof plainWords)[number] | (typeof namedWords)[number];

export const unitKinds = ["district", "department", "police", "town", "operation_centre", "grid_office", "police_station", "village", "park", "block", "property_manager", "carrier", "power", "alliance", "neighbour", "other"] as const;
export const postKinds = ["chief", "deputy", "dispatcher", "community_secretary", "area_secretary", "owners_committee", "property_manager"] as const;
export const overlayKinds = ["block", "park", "building", "police_area", "kept_clear", "neighbour"] as const;

export interface UnitExpression {
  of: UnitWord;
  /** The id or kind after the colon; "" where none follows. */
  name: string;
}

/** Reads an expression; null for what is none. */
export function parseExpression(text: string): UnitExpression | null {
  const cut = text.indexOf(":");
  const of = cut < 0 ? text : text.slice(0, cut);
  const plain = plainWords.find((w) => w === of);
  if (plain && cut < 0) return { of: plain, name: "" };
  const named = namedWords.find((w) => w === of);
  return named && cut > 0 ? { of: named, name: text.slice(cut + 1) } : null;
}

export function writeExpression(e: UnitExpression): string {
  return isNamed(e.of) ? `${e.of}:${e.name}` : e.of;
}

export function isNamed(of: UnitWord): boolean {
  return (namedWords as readonly string[]).includes(of);
}

/** Who is meant, in words: the grid's office, the owner of the pole, the town's government. */
export function expressionText(text: string): string {
  const e = parseExpression(text);
  if (!e) return text;
  if (isNamed(e.of) && !e.name) return "…";
  switch (e.of) {
    case "unit":
      return nameFor("units", e.name);
    case "town.kind":
      return t("expression.town.kind", { kind: e.name === "town" ? t("expression.government") : word("value", e.name) });
    case "town.unit":
      return t("expression.town.unit", { unit: e.name });
    case "post":
      return word("post", e.name);
    case "overlay.unit":
      return t("expression.overlay.unit", { kind: word("value", e.name) });
  }
  return t(`expression.${e.of}` as Key);
}
