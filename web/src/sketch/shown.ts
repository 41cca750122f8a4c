import { useEffect } from "preact/hooks";
import type { Position } from "../api/types";
import { cornersOf } from "./ring";
import { sketch } from "./sketch";

/** Shows the area of something that is not edited on the map, while the panel is about it. */
export function useShownArea(polygon: readonly Position[][] | undefined, on: boolean): void {
  const key = JSON.stringify(polygon ?? []);
  useEffect(() => {
    if (!on || !polygon?.length) return;
    const own = (sketch.value = { corners: cornersOf(polygon), holes: polygon.slice(1), change: null });
    return () => {
      if (sketch.peek() === own) sketch.value = null;
    };
  }, [key, on]);
}
