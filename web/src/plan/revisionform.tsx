import { t } from "../text";
import { lastDay, untilOf } from "./dates";
import { DayField, TextField, TypedField } from "./inputs";
import type { Content } from "./types";

interface Props {
  content: Content;
  faults: Readonly<Record<string, string>>;
  disabled: boolean;
  onChange: (next: Content) => void;
}

/** The fields of the revision as a whole: name, first and last day, documents. */
export function RevisionForm({ content: c, faults, disabled, onChange }: Props) {
  const until = (last: string) => {
    const { until: _, ...rest } = c;
    const next = untilOf(last);
    onChange(next ? { ...rest, until: next } : rest);
  };
  const documents = (text: string) => onChange({ ...c, documents: text.split(/[;；\n]/).map((s) => s.trim()).filter(Boolean) });
  return (
    <section class="plan-form plan-revision" aria-label={t("plan.revision.form")} data-test="revision-form">
      <TextField label={t("plan.name")} value={c.name} fault={c.name.trim() ? (faults["name"] ?? "") : t("plan.name.needed")} disabled={disabled} onValue={(name) => onChange({ ...c, name })} test="revision-name" />
      <div class="pair">
        <DayField label={t("plan.first.day")} value={c.from} fault={faults["from"] ?? ""} disabled={disabled} onValue={(from) => from && onChange({ ...c, from })} test="revision-from" />
        <DayField label={t("plan.last.day")} value={lastDay(c.until)} hint={t("plan.last.none")} fault={faults["until"] ?? ""} disabled={disabled} onValue={until} test="revision-last" />
      </div>
      <TypedField label={t("plan.documents")} value={(c.documents ?? []).join("；")} hint={t("plan.documents.hint")} read={(s) => s.trim()} disabled={disabled} onValue={documents} />
    </section>
  );
}
