/** What liquidated and levied traders paid beside what prices cost them (`traders-cost.sql`). */
import { readFile } from "node:fs/promises";
import { formatWhole } from "../../sim/venue/decimal.ts";
import type { Summary } from "../store/run-directory.ts";
import type { Store } from "../store/store.ts";

/**
 * Measures it: liquidation fees; what was left of liquidated positions' margin and went to a pool or the vault instead of back to
 * the trader, at the takeover, by closing better than bankruptcy, or with a position that the vault took (LIQ-4, LIQ-5); and levies
 * for losses left uncovered (FUND-4). What winners of auto-deleveraging gave up is `adl.taken`, their levy there (ADL-5) within it.
 * @param quantum of the settlement asset
 * @returns decimal text of that asset; `cost` is the sum of the others
 */
export async function measureTraders(store: Store, quantum: string): Promise<NonNullable<Summary["traders"]>> {
  const sql = await readFile(new URL("./traders-cost.sql", import.meta.url), "utf8");
  const [row = {}] = await store.rows(sql);
  const [fees, margin, levies] = ["fees", "margin", "levies"].map((part) => BigInt(String(row[`${part}_quanta`]))) as [
    bigint,
    bigint,
    bigint,
  ];
  const text = (quanta: bigint) => formatWhole(quanta, quantum);
  return { cost: text(fees + margin + levies), fees: text(fees), margin: text(margin), levies: text(levies) };
}
