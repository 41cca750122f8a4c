import { useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import type { Feature } from "../api/types";
import { asProblem } from "../load";
import { announcement, client } from "../state";
import { t } from "../text";
import { problemText } from "./problem";

/** An edit that was saved: what was there before, and the tag of what is there now. */
export interface SavedEdit {
  before: Feature;
  etag: string;
}

/** Says that an edit is saved, and can put the former state back while nobody has changed it again. */
export function Saved({ layer, id, edit, onReverted }: { layer: string; id: string; edit: SavedEdit; onReverted: () => void }) {
  const [state, setState] = useState<"saved" | "working" | "reverted" | Problem>("saved");
  const revert = async () => {
    setState("working");
    try {
      await client.replace(layer, id, edit.before, edit.etag);
      setState("reverted");
      announcement.value = t("edit.reverted");
      onReverted();
    } catch (cause) {
      setState(asProblem(cause));
    }
  };
  return (
    <div class="changed" role="status" data-test="saved">
      <span>{typeof state === "object" ? problemText(state) : t(state === "reverted" ? "edit.reverted" : "edit.saved")}</span>
      {(state === "saved" || state === "working") && (
        <button type="button" class="link" disabled={state === "working"} onClick={() => void revert()} data-test="revert">
          {t("edit.revert")}
        </button>
      )}
    </div>
  );
}
