import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useState } from "preact/hooks";
import { t } from "../text";
import { clockOf, isDay, minuteOf } from "./dates";

// The fields of the planner's forms. What is typed becomes an edit when the field is left or Enter is pressed; a choice at once.

interface FieldProps {
  label: string;
  /** What is wrong with the value, "" for nothing. */
  fault?: string;
  hint?: ComponentChildren;
  test?: string;
  disabled?: boolean;
}

function Frame({ id, label, fault, hint, children }: FieldProps & { id: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      <p id={`${id}-hint`} class={fault ? "hint bad" : "hint"}>
        {fault || hint}
      </p>
    </div>
  );
}

interface TypedProps extends FieldProps {
  value: string;
  /** Reads what was typed: the text to keep, or null for what cannot be. */
  read: (typed: string) => string | null;
  onValue: (value: string) => void;
  /** What is said of a text that cannot be read. */
  wrong?: string;
  mode?: "text" | "numeric" | "decimal";
  placeholder?: string;
  date?: boolean;
}

/** A text field that keeps what cannot be read, and says so. */
export function TypedField(props: TypedProps) {
  const { value, read, onValue, wrong = "", mode = "text", date = false, test, disabled = false, placeholder } = props;
  const id = useId();
  const [typed, setTyped] = useState(value);
  const [bad, setBad] = useState(false);
  // With the drawing: later it would take away what is typed first.
  useLayoutEffect(() => {
    setTyped(value);
    setBad(false);
  }, [value]);
  // What is in the field counts: the last letter may not have been drawn yet.
  const commit = (text: string) => {
    const got = read(text);
    setBad(got === null);
    if (got === null) return;
    setTyped(got);
    if (got !== value) onValue(got);
  };
  const fault = bad ? wrong : (props.fault ?? "");
  return (
    <Frame {...props} id={id} fault={fault}>
      <input
        id={id}
        {...(date ? ({ type: "date" } as const) : ({ type: "text" } as const))}
        inputMode={mode}
        autocomplete="off"
        spellcheck={false}
        value={typed}
        disabled={disabled}
        placeholder={placeholder}
        data-committed={value}
        aria-invalid={fault !== ""}
        aria-describedby={`${id}-hint`}
        onInput={(e) => setTyped(e.currentTarget.value)}
        onChange={(e) => commit(e.currentTarget.value)}
        onKeyDown={(e) => e.key === "Enter" && !e.isComposing && commit(e.currentTarget.value)}
        data-test={test}
      />
    </Frame>
  );
}

export function TextField(props: FieldProps & { value: string; onValue: (v: string) => void; placeholder?: string }) {
  return <TypedField {...props} read={(s) => s.trim()} />;
}

/** HH:MM; empty where that means something. */
export function ClockField({ optional = false, ...props }: FieldProps & { value: string; onValue: (v: string) => void; optional?: boolean }) {
  const read = (s: string) => (s.trim() === "" ? (optional ? "" : null) : Number.isNaN(minuteOf(s)) ? null : clockOf(minuteOf(s)));
  return <TypedField {...props} read={read} wrong={t("plan.clock.bad")} mode="numeric" />;
}

/** A whole number between two bounds; 0 is written as nothing where it means none. */
export function WholeField({ value, min, max, onValue, ...props }: FieldProps & { value: number; min: number; max: number; onValue: (n: number) => void }) {
  const read = (s: string) => {
    if (s.trim() === "") return min === 0 ? "" : null;
    const n = Number(s.trim());
    return Number.isInteger(n) && n >= min && n <= max ? (n === 0 ? "" : String(n)) : null;
  };
  return <TypedField {...props} value={value ? String(value) : ""} read={read} wrong={t("plan.whole.bad", { min, max })} mode="numeric" onValue={(s) => onValue(Number(s))} />;
}

/** A date, "" for none. */
export function DayField(props: FieldProps & { value: string; onValue: (v: string) => void }) {
  return <TypedField {...props} date read={(s) => (s === "" || isDay(s) ? s : null)} wrong={t("plan.day.bad")} />;
}

export function SelectField<V extends string>(props: FieldProps & { value: V; options: ReadonlyArray<readonly [V, string]>; onValue: (v: V) => void }) {
  const id = useId();
  return (
    <Frame {...props} id={id}>
      <select id={id} value={props.value} disabled={props.disabled} onChange={(e) => props.onValue(e.currentTarget.value as V)} data-test={props.test}>
        {props.options.map(([v, name]) => (
          <option key={v} value={v}>
            {name}
          </option>
        ))}
      </select>
    </Frame>
  );
}

/** Several of a few values, each a button that is pressed or not. */
export function Chips<V extends string | number>({ label, values, chosen, onChosen, disabled = false, test }: { label: string; values: ReadonlyArray<readonly [V, string]>; chosen: readonly V[]; onChosen: (v: V[]) => void; disabled?: boolean; test?: string }) {
  const id = useId();
  const flip = (v: V) => onChosen(chosen.includes(v) ? chosen.filter((c) => c !== v) : values.map(([k]) => k).filter((k) => k === v || chosen.includes(k)));
  return (
    <div class="field" role="group" aria-labelledby={id}>
      <span id={id}>{label}</span>
      <div class="chips">
        {values.map(([v, name]) => (
          <button key={v} type="button" class="chip-button" aria-pressed={chosen.includes(v)} disabled={disabled} onClick={() => flip(v)} data-test={test && `${test}-${v}`}>
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}

export function SwitchField({ label, on, onChange, disabled = false, test }: { label: string; on: boolean; onChange: (on: boolean) => void; disabled?: boolean; test?: string }) {
  return (
    <label class="switch-line">
      <input type="checkbox" role="switch" class="switch" checked={on} disabled={disabled} onChange={(e) => onChange(e.currentTarget.checked)} data-test={test} />
      <span>{label}</span>
    </label>
  );
}
