import { useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import { Icon } from "../icon";
import { asProblem, useLoad } from "../load";
import { Section, Skeleton } from "../panel/parts";
import { Failure } from "../panel/problem";
import { announcement, layerRevision, me } from "../state";
import { modes, type Mode } from "../style/palette";
import { moment, t, word } from "../text";
import { instantOf, partsOf } from "../time";
import { endOrder, giveOrder, orders } from "./api";
import { ClockField, DayField, SelectField, TextField } from "./inputs";
import { ModeChip } from "./strip";
import { bands, type Band, type Order } from "./types";
import { modeName } from "./words";

/** The bands in which a role may give and end orders. */
function bandsOf(role: string | undefined): readonly Band[] {
  return role === "publisher" ? bands : role === "dispatcher" ? ["emergency"] : [];
}

/** The temporary orders over a zone: those that hold or will, and those that have ended behind a fold. */
export function Orders({ zone }: { zone: string }) {
  const [round, setRound] = useState(0);
  const [giving, setGiving] = useState(false);
  const loaded = useLoad(`${zone}/${layerRevision.value["orders"] ?? 0}/${round}`, (signal) => orders(zone, signal), true);
  const may = bandsOf(me.value?.role);
  const list = loaded.value ?? [];
  const now = Date.now();
  const open = list.filter((o) => Date.parse(o.ends) > now);
  const past = list.filter((o) => Date.parse(o.ends) <= now);
  const again = () => setRound(round + 1);
  return (
    <Section title={t("orders.title")} count={open.length}>
      {loaded.kind === "failed" ? (
        <Failure problem={loaded.problem} retry={again} />
      ) : !loaded.value ? (
        <Skeleton lines={2} />
      ) : (
        <>
          {open.length === 0 && <p class="empty">{t("orders.none")}</p>}
          <ul class="orders" data-test="orders">
            {open.map((o) => (
              <OrderLine key={o.id} order={o} may={may.includes(o.band)} onEnded={again} />
            ))}
          </ul>
          {past.length > 0 && (
            <details>
              <summary>{t("orders.past", { n: past.length })}</summary>
              <ul class="orders">
                {past.map((o) => (
                  <OrderLine key={o.id} order={o} may={false} onEnded={again} />
                ))}
              </ul>
            </details>
          )}
        </>
      )}
      {may.length > 0 && !giving && (
        <div class="actions">
          <button type="button" onClick={() => setGiving(true)} data-test="order-give">
            <Icon name="plus" />
            {t("orders.give")}
          </button>
        </div>
      )}
      {giving && (
        <OrderForm
          zone={zone}
          bands={may}
          onEnd={(given) => {
            setGiving(false);
            if (given) again();
          }}
        />
      )}
    </Section>
  );
}

function OrderLine({ order: o, may, onEnded }: { order: Order; may: boolean; onEnded: () => void }) {
  const [asked, setAsked] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const begun = Date.parse(o.starts) <= Date.now();
  const end = async () => {
    if (!asked) return setAsked(true);
    try {
      await endOrder(o.id);
      announcement.value = t("orders.ended");
      onEnded();
    } catch (cause) {
      setProblem(asProblem(cause));
      setAsked(false);
    }
  };
  return (
    <li data-test={`order-${o.code}`}>
      <div class="row spread">
        <span>
          <ModeChip mode={o.mode} /> <b>{word("band", o.band)}</b> {o.name}
        </span>
        {may && (
          <button type="button" class="link" onClick={() => void end()} data-test="order-end">
            {t(asked ? "orders.sure" : begun ? "orders.end" : "orders.takeback")}
          </button>
        )}
      </div>
      <small>
        {moment(o.starts)}–{moment(o.ends)} · {o.reason}
        {o.document && ` · ${o.document}`} · {o.author}
      </small>
      {problem && <Failure problem={problem} />}
    </li>
  );
}

/** A new order: for an hour from now until the clock is set. */
function OrderForm({ zone, bands: may, onEnd }: { zone: string; bands: readonly Band[]; onEnd: (given: boolean) => void }) {
  const [start, setStart] = useState(partsOf(Date.now()));
  const [end, setEnd] = useState(partsOf(Date.now() + 3_600_000));
  const [band, setBand] = useState<Band>(may[0] ?? "emergency");
  const [mode, setMode] = useState<Mode>("closed");
  const [reason, setReason] = useState("");
  const [document, setDocument] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [starts, ends] = [instantOf(start.day, start.clock), instantOf(end.day, end.clock)];
  const fault = !starts || !ends ? t("orders.time.bad") : ends <= starts ? t("orders.end.late") : !reason ? t("plan.reason.needed") : "";
  const submit = async (e: Event) => {
    e.preventDefault();
    if (fault || !starts || !ends) return;
    setBusy(true);
    setProblem(null);
    try {
      await giveOrder({ name: `${word("band", band)}${t("text.colon")}${reason}`, zones: [zone], starts, ends, band, mode, reason, ...(document && { document }) });
      announcement.value = t("orders.given");
      onEnd(true);
    } catch (cause) {
      setProblem(asProblem(cause));
    }
    setBusy(false);
  };
  return (
    <form class="plan-form" onSubmit={(e) => void submit(e)} data-test="order-form">
      <div class="pair">
        <SelectField<Band> label={t("orders.band")} value={band} options={may.map((b) => [b, word("band", b)])} onValue={setBand} />
        <SelectField<Mode> label={t("plan.mode")} value={mode} options={modes.map((m) => [m, modeName(m)])} onValue={setMode} />
      </div>
      <div class="pair">
        <DayField label={t("orders.from.day")} value={start.day} onValue={(day) => setStart({ ...start, day })} />
        <ClockField label={t("orders.from.clock")} value={start.clock} onValue={(clock) => setStart({ ...start, clock })} />
      </div>
      <div class="pair">
        <DayField label={t("orders.to.day")} value={end.day} onValue={(day) => setEnd({ ...end, day })} />
        <ClockField label={t("orders.to.clock")} value={end.clock} onValue={(clock) => setEnd({ ...end, clock })} />
      </div>
      <TextField label={t("plan.reason")} value={reason} onValue={setReason} test="order-reason" />
      <TextField label={t("plan.document")} value={document} onValue={setDocument} />
      <p class="hint">{t("orders.line")}</p>
      {problem && <Failure problem={problem} />}
      <div class="actions">
        <button type="submit" class="primary" disabled={busy} aria-disabled={fault !== ""} data-test="order-save">
          {t("orders.give")}
        </button>
        <button type="button" onClick={() => onEnd(false)}>
          {t("edit.cancel")}
        </button>
        {fault && <p class="hint">{fault}</p>}
      </div>
    </form>
  );
}
