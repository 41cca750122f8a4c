import { useRef, useState } from "preact/hooks";
import { Icon } from "../icon";
import { asProblem } from "../load";
import { problemText } from "../panel/problem";
import { announcement } from "../state";
import { t } from "../text";
import { readWorkbook, workbookPath } from "./api";
import type { Read } from "./types";

/** The service takes no larger workbook. */
const mostBytes = 8 * 1024 * 1024;

interface Props {
  /** The stored revision that can be exported, "" for none. */
  id: string;
  editable: boolean;
  /** Takes what was read as an edit. */
  onRead: (read: Read) => void;
}

/** The revision as a workbook, and a workbook as an edit that can be undone. */
export function Workbook({ id, editable, onRead }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<{ busy: boolean; fault: string; issues: NonNullable<Read["issues"]> }>({ busy: false, fault: "", issues: [] });
  const take = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > mostBytes) return setState({ busy: false, fault: t("plan.workbook.large"), issues: [] });
    setState({ busy: true, fault: "", issues: [] });
    try {
      const read = await readWorkbook(file);
      onRead(read);
      announcement.value = t("plan.workbook.taken");
      setState({ busy: false, fault: "", issues: read.issues ?? [] });
    } catch (cause) {
      setState({ busy: false, fault: problemText(asProblem(cause)), issues: [] });
    }
    if (input.current) input.current.value = "";
  };
  return (
    <div class="workbook">
      <div class="row">
        {id && (
          <a class="button" href={workbookPath(id)} download data-test="workbook-export">
            <Icon name="download" />
            {t("plan.workbook.export")}
          </a>
        )}
        {editable && (
          <label class="button" aria-disabled={state.busy}>
            <Icon name="upload" />
            {t(state.busy ? "plan.workbook.reading" : "plan.workbook.import")}
            <input ref={input} class="hidden" type="file" accept=".xlsx" disabled={state.busy} onChange={(e) => void take(e.currentTarget.files?.[0])} data-test="workbook-import" />
          </label>
        )}
      </div>
      {state.fault && (
        <p class="hint bad" role="alert">
          {state.fault}
        </p>
      )}
      {state.issues.length > 0 && (
        <div role="status" data-test="workbook-issues">
          <p class="hint">{t("plan.workbook.issues", { n: state.issues.length })}</p>
          <ul class="issues">
            {state.issues.map((i, k) => (
              <li key={k}>
                <code>
                  {[i.sheet, i.cell].filter(Boolean).join("!")}
                </code>{" "}
                {i.detail}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
