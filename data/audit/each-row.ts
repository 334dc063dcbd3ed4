/** Tables whose rows are numbered, read page by page. */
import type { Store } from "../store/store.ts";
import type { Findings, RecordedRow } from "./findings.ts";

/** Rows read at once. */
const PAGE = 65_536;

/**
 * Rows of a table whose key numbers them from 0, page by page. A number that is missing or twice there is noted.
 */
export async function eachRow(
  store: Store,
  table: string,
  key: string,
  findings: Findings,
  visit: (row: RecordedRow, number: number) => void,
): Promise<number> {
  const [total] = await store.rows(`SELECT count(*) AS rows FROM ${table}`);
  const count = Number(total?.["rows"]);
  for (let from = 0; from < count; from += PAGE) {
    const until = Math.min(count, from + PAGE);
    const rows = await store.rows(`SELECT * FROM ${table} WHERE ${key} >= ${from} AND ${key} < ${until} ORDER BY ${key}`);
    let next = from;
    for (const row of rows) {
      const number = Number(row[key]);
      if (number !== next) findings.note(`${table}, ${key} ${Math.min(number, next)}`, number > next ? "missing" : "there twice");
      next = number + 1;
      visit(row, number);
    }
    if (next < until) findings.note(`${table}, ${key} ${next}`, "missing");
  }
  return count;
}
