import { useId, useRef, useState } from "preact/hooks";
import { Icon } from "../icon";
import { t } from "../text";

/** Something to choose: what is kept, what it is called, and what else it is found by. */
export interface Choice {
  value: string;
  name: string;
  detail?: string;
  /** Further names, parted by spaces. */
  keys?: string;
}

/** How many choices are shown at once; typing narrows them. */
const most = 40;

/** The choices in which every word of a text occurs, those that it names exactly first. */
export function found(choices: readonly Choice[], typed: string): Choice[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return choices.slice(0, most);
  const ranked = choices.flatMap((c) => {
    const parts = [c.value, c.name, ...(c.keys ?? "").split(/\s+/)].filter(Boolean).map((p) => p.toLowerCase());
    const ranks = words.map((w) => (parts.includes(w) ? 0 : parts.some((p) => p.startsWith(w)) ? 1 : parts.some((p) => p.includes(w)) ? 2 : 3));
    return ranks.includes(3) ? [] : [{ c, rank: Math.max(...ranks) }];
  });
  return ranked.sort((a, b) => a.rank - b.rank).slice(0, most).map((r) => r.c);
}

/** Scrolls the list, and nothing around it, to what is active. */
function bringUp(option: HTMLElement | null): void {
  const list = option?.parentElement;
  if (!option || !list) return;
  const top = option.offsetTop;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + option.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = top + option.offsetHeight - list.clientHeight;
}

interface Props {
  label: string;
  /** null while they are on their way. */
  choices: readonly Choice[] | null;
  /** What is chosen; "" for nothing, and always where each choice is added to a list. */
  value: string;
  onChoose: (value: string) => void;
  /** What is said while nothing is chosen. */
  placeholder: string;
  hint?: string;
  fault?: string;
  /** Whether "nothing" can be chosen. */
  optional?: boolean;
  disabled?: boolean;
  test?: string;
}

/** A field that finds one of many by code, name or number: type, arrows, Enter. */
export function Picker({ label, choices, value, onChoose, placeholder, hint = "", fault = "", optional = false, disabled = false, test }: Props) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const open = typed !== null;
  const list = open ? found(choices ?? [], typed) : [];
  const chosen = choices?.find((c) => c.value === value);
  const shown = typed ?? (chosen ? chosen.name : value);
  const close = () => setTyped(null);
  const take = (c: Choice | undefined) => {
    if (!c) return;
    close();
    if (c.value !== value) onChoose(c.value);
  };
  const type = (text: string) => {
    setTyped(text);
    setActive(0);
  };
  const key = (e: KeyboardEvent & { currentTarget: HTMLInputElement }) => {
    if (e.isComposing) return;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      if (!open) type("");
      else if (list.length > 0) setActive((active + (e.key === "ArrowDown" ? 1 : list.length - 1)) % list.length);
    } else if (e.key === "Enter") {
      // What is in the field counts: the last letter may not have been drawn yet.
      const now = open ? found(choices ?? [], e.currentTarget.value) : [];
      if (open && e.currentTarget.value.trim() === "" && optional && value) onChoose("");
      else take(now[active] ?? now[0]);
      if (open) close();
    } else if (e.key === "Escape" && open) close();
    else return;
    e.preventDefault();
  };
  return (
    <div ref={box} class="field picker" onFocusOut={(e) => !box.current?.contains(e.relatedTarget as Node | null) && close()}>
      <label for={id}>{label}</label>
      <div class="picker-field">
        <input
          id={id}
          type="text"
          role="combobox"
          aria-expanded={open && list.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          {...(open && list.length > 0 && { "aria-activedescendant": `${id}-${active}` })}
          aria-invalid={fault !== ""}
          aria-describedby={`${id}-hint`}
          autocomplete="off"
          spellcheck={false}
          placeholder={placeholder}
          value={shown}
          disabled={disabled}
          data-committed={shown}
          onInput={(e) => type(e.currentTarget.value)}
          onClick={() => !open && type("")}
          onKeyDown={key}
          data-test={test}
        />
        {optional && value && !disabled && (
          <button type="button" class="quiet" aria-label={t("picker.clear", { label })} title={t("picker.clear", { label })} onClick={() => onChoose("")} data-test={test && `${test}-clear`}>
            <Icon name="close" />
          </button>
        )}
      </div>
      <div class="picker-list" hidden={!open}>
        <ul id={`${id}-list`} role="listbox" aria-label={label}>
          {list.map((c, i) => (
            <li key={c.value} id={`${id}-${i}`} role="option" aria-selected={i === active} ref={i === active ? bringUp : null} onPointerMove={() => setActive(i)} onPointerDown={(e) => e.preventDefault()} onClick={() => take(c)} data-test={test && `${test}-option`}>
              <span class="name">{c.name}</span>
              {c.detail && <small>{c.detail}</small>}
            </li>
          ))}
        </ul>
        {open && list.length === 0 && <p>{choices ? t("picker.none") : t("app.loading")}</p>}
      </div>
      <p id={`${id}-hint`} class={fault ? "hint bad" : "hint"}>
        {fault || hint}
      </p>
    </div>
  );
}
