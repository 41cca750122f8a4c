import type { ComponentChildren } from "preact";
import { percent } from "../text";

/** A thing and its share of a whole: as per cent, and as a bar below. */
export function Share({ name, more, share }: { name: ComponentChildren; more?: ComponentChildren; share: number }) {
  return (
    <>
      <span class="name">{name}</span>
      <span class="amount">{percent(share)}</span>
      {more && <small>{more}</small>}
      <span class="bar-track" aria-hidden="true">
        <span class="bar-fill" style={{ width: `${Math.min(1, Math.max(0, share)) * 100}%` }} />
      </span>
    </>
  );
}
