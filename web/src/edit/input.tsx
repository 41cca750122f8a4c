import { useEffect, useState } from "preact/hooks";
import type { Feature, Value } from "../api/types";
import { nameFor } from "../names";
import { fieldName, t, word } from "../text";
import { readField, valueOf, type Field } from "./fields";

interface Props {
  field: Field;
  feature: Feature;
  changed: boolean;
  /** What the service has said against the value; "" for nothing. */
  fault: string;
  onValue: (value: Value | undefined) => void;
  onBad: (bad: boolean) => void;
}

/** One field of the form. A text becomes a change when the field is left or Enter is pressed, a choice at once. */
export function FieldInput(props: Props) {
  const { field, changed } = props;
  return (
    <div class={changed ? "field changed-field" : "field"}>
      <label for={`edit-${field.name}`}>{fieldName(field.name)}</label>
      {field.kind === "choice" ? <Choice {...props} field={field} /> : field.kind === "yesno" ? <YesNo {...props} /> : <Typed {...props} />}
    </div>
  );
}

function Choice({ field, feature, onValue }: Props & { field: Extract<Field, { kind: "choice" }> }) {
  const value = String(valueOf(feature, field.name) ?? "");
  const values = value && !field.values.includes(value) ? [...field.values, value] : field.values;
  return (
    <select id={`edit-${field.name}`} value={value} onChange={(e) => onValue(e.currentTarget.value || undefined)}>
      {(field.optional || value === "") && <option value="">{t("edit.empty.value")}</option>}
      {values.map((v) => (
        <option key={v} value={v}>
          {word(field.group, v)}
        </option>
      ))}
    </select>
  );
}

function YesNo({ field, feature, onValue }: Props) {
  return <input id={`edit-${field.name}`} type="checkbox" role="switch" class="switch" checked={valueOf(feature, field.name) === true} onChange={(e) => onValue(e.currentTarget.checked || undefined)} />;
}

function Typed({ field, feature, fault, onValue, onBad }: Props) {
  const committed = String(valueOf(feature, field.name) ?? "");
  const [typed, setTyped] = useState(committed);
  const [bad, setBad] = useState(false);
  useEffect(() => setTyped(committed), [committed]);
  const commit = () => {
    const read = readField(field, typed);
    setBad(read === null);
    onBad(read === null);
    if (read) onValue(read.value);
  };
  const reference = field.kind === "text" && field.reference && committed ? nameFor(field.reference, committed) : "";
  const message = bad ? t("edit.number") : fault;
  return (
    <>
      <input
        id={`edit-${field.name}`}
        {...(field.kind === "day" ? ({ type: "date" } as const) : ({ type: "text" } as const))}
        inputMode={field.kind === "number" ? "decimal" : field.kind === "whole" ? "numeric" : "text"}
        autocomplete="off"
        value={typed}
        data-committed={committed}
        aria-invalid={message !== ""}
        aria-describedby={`edit-${field.name}-hint`}
        onInput={(e) => setTyped(e.currentTarget.value)}
        onChange={commit}
      />
      <p id={`edit-${field.name}-hint`} class={message ? "hint bad" : "hint"}>
        {message || (reference !== committed ? reference : "")}
      </p>
    </>
  );
}
