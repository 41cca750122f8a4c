import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { popover } from "../state";

/** A small panel under its button in the bar. It takes the focus, and gives it back to the button when it closes. stays keeps it open while the map is used. */
export function Popover({ name, label, stays = false, children }: { name: "layers" | "time" | "more"; label: string; stays?: boolean; children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const opener = document.querySelector<HTMLElement>(`[data-opens="${name}"]`);
    box.current?.focus();
    const outside = (e: PointerEvent) => {
      const target = e.target as Node;
      if (!stays && !box.current?.contains(target) && !opener?.contains(target)) popover.value = null;
    };
    addEventListener("pointerdown", outside, true);
    return () => {
      removeEventListener("pointerdown", outside, true);
      if (!document.activeElement || document.activeElement === document.body || box.current?.contains(document.activeElement)) opener?.focus();
    };
  }, [name]);
  return (
    <div ref={box} class={`popover popover-${name}`} role="dialog" aria-label={label} tabIndex={-1} data-test={`popover-${name}`}>
      {children}
    </div>
  );
}
