interface Props<T extends string> {
  /** What the tabs are of. */
  label: string;
  tabs: readonly T[];
  tab: T;
  nameOf: (tab: T) => string;
  onTab: (tab: T) => void;
}

/** The id of the panel that the tabs show, and of each tab. */
export const tabPanel = "plan-tabpanel";
export const tabId = (tab: string) => `plan-tab-${tab}`;

/** The parts of a screen: arrow keys go from one to the next. */
export function Tabs<T extends string>({ label, tabs, tab, nameOf, onTab }: Props<T>) {
  const key = (e: KeyboardEvent) => {
    const by = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
    if (!by) return;
    e.preventDefault();
    const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length]!;
    onTab(next);
    document.getElementById(tabId(next))?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={key}>
      {tabs.map((p) => (
        <button key={p} type="button" role="tab" id={tabId(p)} aria-selected={p === tab} aria-controls={tabPanel} tabIndex={p === tab ? 0 : -1} onClick={() => onTab(p)} data-test={`tab-${p}`}>
          {nameOf(p)}
        </button>
      ))}
    </div>
  );
}
