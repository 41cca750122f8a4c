import type { Feature } from "../api/types";
import { announcement } from "../state";
import { fieldName, nameOf, t } from "../text";

export interface Order {
  by: string;
  down: boolean;
}

/** The head of a table: each column a button that sorts by it, and the other way round when it is pressed again. */
export function SortHead({ columns, order, onOrder }: { columns: readonly string[]; order: Order | null; onOrder: (o: Order) => void }) {
  const sort = (by: string) => {
    onOrder({ by, down: order?.by === by && !order.down });
    announcement.value = t("list.sort", { column: fieldName(by) });
  };
  return (
    <thead>
      <tr>
        {columns.map((c) => (
          <th key={c} scope="col" aria-sort={order?.by === c ? (order.down ? "descending" : "ascending") : "none"}>
            <button type="button" class="quiet" title={t("list.sort", { column: fieldName(c) })} onClick={() => sort(c)} data-test={`sort-${c}`}>
              {fieldName(c)}
              {order?.by === c && <span aria-hidden="true">{order.down ? " ↓" : " ↑"}</span>}
            </button>
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** The rows in the order of a column; numbers by size, texts as the language sorts them, empty ones last. */
export function sortedBy<T extends Feature>(items: readonly T[], order: Order): T[] {
  const collator = new Intl.Collator(document.documentElement.lang || "zh-CN", { numeric: true });
  const key = (f: T) => (order.by === "name" ? nameOf(f) : (f[order.by] ?? "")) as string | number;
  const compare = (a: T, b: T) => {
    const [x, y] = [key(a), key(b)];
    if (x === "" || y === "") return x === y ? 0 : x === "" ? 1 : -1;
    const n = typeof x === "number" && typeof y === "number" ? x - y : collator.compare(String(x), String(y));
    return order.down ? -n : n;
  };
  return [...items].sort(compare);
}
