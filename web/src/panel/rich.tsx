import { Fragment, type ComponentChildren } from "preact";
import { t, type Key } from "../text";

/** A sentence of the table whose {names} are filled with elements, such as links. */
export function rich(key: Key, fill: Readonly<Record<string, ComponentChildren>>): ComponentChildren {
  return t(key)
    .split(/\{(\w+)\}/)
    .map((part, i) => <Fragment key={i}>{i % 2 === 0 ? part : (fill[part] ?? `{${part}}`)}</Fragment>);
}

/** Elements one after the other, as a list is written in the language. */
export function listed(items: readonly ComponentChildren[]): ComponentChildren {
  return items.map((one, i) => (
    <Fragment key={i}>
      {i > 0 && t("text.list")}
      {one}
    </Fragment>
  ));
}
