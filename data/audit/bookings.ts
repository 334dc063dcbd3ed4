/**
 * The bookings of a run in their order, read window by window, so that memory does not
 * grow with the run: rows of `trades`, `inventory`, `adl`, `funds`, `levies`, `vault`, `funding`, `offsets`, `conversions`, `margins` and, for its trigger,
 * `liquidations`, put into groups of a cause and what it brought about.
 */
import type { Store } from "../store/store.ts";
import type { Findings, RecordedRow } from "./findings.ts";

/** A recorded booking. */
export interface Booking {
  readonly table:
    | "trades"
    | "inventory"
    | "adl"
    | "funds"
    | "levies"
    | "vault"
    | "funding"
    | "offsets"
    | "conversions"
    | "margins"
    | "liquidations";
  readonly row: RecordedRow;
}

/** A cause and the bookings that followed from it. */
export interface Group {
  readonly cause: Booking;
  readonly consequences: readonly Booking[];
}

/** Bookings read at once. */
const WINDOW = 65_536;
const BOOKED_TABLES = [
  "trades",
  "inventory",
  "adl",
  "funds",
  "levies",
  "vault",
  "funding",
  "offsets",
  "conversions",
  "margins",
  "liquidations",
] as const;

/** Row of a table as people find it. */
export function placeOf({ table, row }: Booking): string {
  if (table === "trades") return `trades, trade ${row["trade"]}`;
  if (table === "funds") return `funds, movement ${row["movement"]}`;
  if (table === "vault") return `vault, movement ${row["movement"]}`;
  if (table === "liquidations") return `liquidations, liquidation ${row["liquidation"]}`;
  return `${table}, booking ${row["booking"]}`;
}

/** When it happened, microseconds: a liquidation stands at its trigger. */
export function timeOf({ table, row }: Booking): number {
  return Number(row[table === "liquidations" ? "trigger_time_us" : "time_us"]);
}

/** How many rows each of the booked tables has. */
export async function countBookings(store: Store): Promise<Record<Booking["table"], number>> {
  const counts = {
    ...{ trades: 0, inventory: 0, adl: 0, funds: 0, levies: 0, vault: 0, funding: 0 },
    ...{ offsets: 0, conversions: 0, margins: 0, liquidations: 0 },
  };
  for (const table of BOOKED_TABLES) {
    const [row] = await store.rows(`SELECT count(*) AS rows FROM ${table}`);
    counts[table] = Number(row?.["rows"]);
  }
  return counts;
}

/** All groups in order. Bookings are numbered from 0 without a gap: one that is missing, twice there or out of range is noted. */
export async function* readGroups(store: Store, total: number, findings: Findings): AsyncGenerator<Group[]> {
  const grouping = new Grouping();
  let next = 0;
  let seen = 0;
  for (let from = 0; from < total; from += WINDOW) {
    const until = Math.min(total, from + WINDOW);
    const window = await readWindow(store, from, until);
    for (const booking of window) {
      const number = booking.row["booking"] as number;
      if (number > next) findings.note(`booking ${next}`, number === next + 1 ? "missing" : `missing, and all up to ${number - 1}`);
      if (number < next) findings.note(placeOf(booking), `booking ${number} is there already`);
      next = number + 1;
      grouping.add(booking);
    }
    seen += window.length;
    yield grouping.take(false);
  }
  yield grouping.take(true);
  if (next < total) findings.note(`booking ${next}`, next + 1 === total ? "missing" : `missing, and all up to ${total - 1}`);
  if (seen < total) findings.note("bookings", `${total - seen} rows have none of the numbers 0 to ${total - 1}`);
}

async function readWindow(store: Store, from: number, until: number): Promise<Booking[]> {
  const window: Booking[] = [];
  for (const table of BOOKED_TABLES) {
    const rows = await store.rows(`SELECT * FROM ${table} WHERE booking >= ${from} AND booking < ${until}`);
    for (const row of rows) window.push({ table, row });
  }
  return window.sort((a, b) => (a.row["booking"] as number) - (b.row["booking"] as number));
}

/** Puts bookings into groups as they come. */
class Grouping {
  #whole: Group[] = [];
  #open: { cause: Booking; consequences: Booking[] } | null = null;

  add(booking: Booking): void {
    if (this.#open !== null && follows(this.#open, booking)) {
      this.#open.consequences.push(booking);
      return;
    }
    if (this.#open !== null) this.#whole.push(this.#open);
    this.#open = { cause: booking, consequences: [] };
  }

  take(last: boolean): Group[] {
    if (last && this.#open !== null) {
      this.#whole.push(this.#open);
      this.#open = null;
    }
    const groups = this.#whole;
    this.#whole = [];
    return groups;
  }
}

/** Movements of pools that follow from no other booking: seed capital, and what the clock brings. */
export const POOL_CAUSES: readonly unknown[] = ["seed", "settlement", "fees"];

/** Payments, levies and, until it is known better, conversions follow from something, all but the causes of pools; the engine's fills follow from trades and ADL; nettings come in pairs. */
function follows({ cause, consequences }: Group, { table, row }: Booking): boolean {
  if (table === "funds") return !POOL_CAUSES.includes(row["entry"]);
  if (table === "levies" || table === "conversions") return true;
  if (table === "vault") return row["entry"] !== "seed";
  if (table !== "inventory") return false;
  const entry = row["entry"];
  if (entry === "trade") return cause.table === "trades";
  if (entry === "adl") return cause.table === "adl";
  return entry === "netting" && cause.row["entry"] === "netting" && consequences.length === 0;
}
