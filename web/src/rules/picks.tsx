import { Icon } from "../icon";
import { everyOf, nameFor } from "../names";
import type { Feature, LayerName } from "../api/types";
import { nameOf, t, word } from "../text";
import { Picker, type Choice } from "../panel/picker";
import { categoryChoices } from "../panel/circumstances";
import { SelectField, TextField } from "../plan/inputs";
import { isNamed, overlayKinds, parseExpression, plainWords, namedWords, postKinds, unitKinds, writeExpression, expressionText, type UnitWord } from "./units";

interface PicksProps {
  label: string;
  layer: LayerName;
  chosen: readonly string[];
  onChosen: (ids: string[]) => void;
  /** What is said while nothing is chosen. */
  none: string;
  fault?: string;
  disabled: boolean;
  test?: string;
}

/** Several features of a layer: those that are chosen as chips, and a field that finds more. */
export function Picks({ label, layer, chosen, onChosen, none, fault = "", disabled, test }: PicksProps) {
  const list = everyOf(layer);
  const choices = choicesOf(layer, list)?.filter((c) => !chosen.includes(c.value)) ?? null;
  return (
    <div class="picks">
      <Picker label={label} choices={choices} value="" placeholder={chosen.length > 0 ? t("rule.pick.more") : none} fault={fault} disabled={disabled} onChoose={(id) => id && onChosen([...chosen, id])} {...(test && { test })} />
      {chosen.length > 0 && (
        <ul class="chips">
          {chosen.map((id) => (
            <li key={id}>
              <button type="button" class="chip" disabled={disabled} aria-label={t("rule.pick.remove", { name: nameFor(layer, id) })} onClick={() => onChosen(chosen.filter((c) => c !== id))}>
                {nameFor(layer, id)}
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function choicesOf(layer: LayerName, list: readonly Feature[] | null): Choice[] | null {
  if (layer === "categories") return categoryChoices(list);
  return list && list.map((f) => ({ value: f.id, name: nameOf(f), detail: typeof f["kind"] === "string" ? word("value", f["kind"]) : (f.code ?? ""), keys: [f.name, f.name_en, f.code].filter(Boolean).join(" ") }));
}

interface UnitProps {
  label: string;
  value: string;
  onValue: (expression: string) => void;
  fault?: string;
  /** Whether nobody can be chosen. */
  optional?: boolean;
  disabled: boolean;
  test?: string;
}

const words: readonly UnitWord[] = [...namedWords.slice(0, 1), ...plainWords.slice(0, 1), ...namedWords.slice(1), ...plainWords.slice(1)];

/** What a word of an expression is called while it is chosen. */
function wordText(w: UnitWord): string {
  return isNamed(w) ? word("expression.word", w) : expressionText(w);
}

/** A unit as a rule names it: by what it is to the place, or one certain unit. */
export function UnitField({ label, value, onValue, fault = "", optional = false, disabled, test }: UnitProps) {
  const e = value ? parseExpression(value) : null;
  const options: Array<readonly [string, string]> = [...(optional || !e ? [["", t("rule.unit.nobody")] as const] : []), ...words.map((w) => [w, wordText(w)] as const)];
  const choose = (of: string) => {
    const w = words.find((one) => one === of);
    const first: Partial<Record<UnitWord, string>> = { "town.kind": "town", post: "chief", "overlay.unit": "park" };
    onValue(w ? writeExpression({ of: w, name: first[w] ?? "" }) : "");
  };
  const named = (name: string) => e && onValue(writeExpression({ ...e, name }));
  const kinds = e?.of === "town.kind" ? unitKinds.map((k) => [k, word("value", k)] as const) : e?.of === "overlay.unit" ? overlayKinds.map((k) => [k, word("value", k)] as const) : postKinds.map((k) => [k, word("post", k)] as const);
  return (
    <div class="unit-field">
      <SelectField label={label} value={e?.of ?? ""} options={options} fault={e?.of === "unit" || e?.of === "town.unit" ? "" : fault} disabled={disabled} onValue={choose} {...(test && { test })} />
      {e?.of === "unit" && (
        <Picker label={t("rule.unit.which")} choices={choicesOf("units", everyOf("units"))} value={e.name} placeholder={t("rule.unit.find")} fault={fault} disabled={disabled} onChoose={named} {...(test && { test: `${test}-unit` })} />
      )}
      {e?.of === "town.unit" && <TextField label={t("rule.unit.begins")} value={e.name} fault={fault} hint={t("rule.unit.begins.hint")} disabled={disabled} onValue={named} />}
      {(e?.of === "town.kind" || e?.of === "overlay.unit" || e?.of === "post") && <SelectField<string> label={t("rule.unit.kind")} value={e.name} options={kinds} disabled={disabled} onValue={named} {...(test && { test: `${test}-kind` })} />}
    </div>
  );
}

/** How many units one rule may add in one role. */
const mostParties = 16;

/** Several units, one line each. */
export function UnitList({ label, values, onValues, faults, disabled, test }: { label: string; values: readonly string[]; onValues: (list: string[]) => void; faults: (i: number) => string; disabled: boolean; test: string }) {
  const put = (i: number, value: string) => onValues(value ? values.map((v, k) => (k === i ? value : v)) : values.filter((_, k) => k !== i));
  return (
    <div class="unit-list">
      {values.map((v, i) => (
        <UnitField key={i} label={values.length > 1 ? `${label} ${i + 1}` : label} value={v} optional disabled={disabled} fault={faults(i)} onValue={(next) => put(i, next)} test={`${test}-${i}`} />
      ))}
      {!disabled && values.length < mostParties && (
        <button type="button" onClick={() => onValues([...values, "town.kind:town"])} data-test={`${test}-add`}>
          <Icon name="plus" />
          {t("rule.unit.add", { role: label })}
        </button>
      )}
    </div>
  );
}
