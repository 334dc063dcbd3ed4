/**
 * What auto-deleveraging came to over a run (CASC-5): how much it took from those it closed, at the event and some
 * time after, against what solvency needed; and how that is spread over accounts.
 */
import { formatWhole } from "../../sim/venue/decimal.ts";
import { over, parseRational, type Rational, rounded, times, whole } from "../../sim/venue/rational.ts";
import { giniOf, topShareOf } from "../adl/measures.ts";
import type { SpreadSummary, TakenLater } from "../store/run-directory.ts";
import type { Store } from "../store/store.ts";

/** When it is judged, seconds after an event, and where the mark of then stands; null: at the end of the run. */
const HORIZONS = [
  { seconds: 0, ticks: "mark_ticks" },
  { seconds: 0.5, ticks: "half_ticks" },
  { seconds: 1, ticks: "one_ticks" },
  { seconds: 2, ticks: "two_ticks" },
  { seconds: 5, ticks: "five_ticks" },
  { seconds: null, ticks: "end_ticks" },
] as const;

/** Amounts are decimal text of the settlement asset. */
export interface AdlMeasures {
  /** Σ closed size × |mark − execution price|: the literature's stand-in for what was needed. */
  readonly neededBySize: string;
  /** At each horizon: what the accounts would have had more without ADL, and that against what was needed at the events. */
  readonly later: readonly TakenLater[];
  /** The largest part of the equity of its scope that one closing took; gains count as none. */
  readonly largestHaircutShare: number;
  /** Over the accounts closed: of what was taken from each at the events, and of the value closed of each. */
  readonly spread: { readonly taken: SpreadSummary; readonly closed: SpreadSummary };
}

type Row = Record<string, unknown>;

/** Closings that are in memory at a time, more or less. */
const ROWS_AT_ONCE = 20_000;

/** An event while it is summed up, quanta: what was needed, and what was taken by each horizon. */
interface EventSums {
  needed: bigint;
  readonly taken: bigint[];
}

/**
 * Measures all of it.
 * @param sql the query of `adl-later.sql`
 * @param quantum of the settlement asset
 */
export async function measureAdl(store: Store, sql: string, quantum: string): Promise<AdlMeasures> {
  const units = await quantaPerTickLot(store);
  const later = HORIZONS.map((): Later => ({ taken: 0n, gross: 0n, net: 0n }));
  const accounts = new Map<unknown, { taken: bigint; closed: bigint }>();
  let neededBySize = 0n;
  let largestHaircutShare = 0;
  for await (const rows of wholeEvents(store, sql)) {
    const events = new Map<unknown, EventSums>();
    for (const row of rows) {
      const unit = units.get(row["instrument"]) as Rational;
      const taken = amountOf(row, "taken_quanta");
      const value = amountOf(row, "value_quanta");
      neededBySize += magnitude(valueAt(row, "mark_ticks", unit) - value);
      const equity = amountOf(row, "equity_quanta");
      if (equity > 0n) largestHaircutShare = Math.max(largestHaircutShare, Number(taken) / Number(equity));
      const event = events.get(row["event"]) ?? { needed: 0n, taken: HORIZONS.map(() => 0n) };
      events.set(row["event"], event);
      event.needed += amountOf(row, "needed_quanta");
      HORIZONS.forEach(({ ticks }, place) => {
        event.taken[place] = (event.taken[place] as bigint) + taken + earnedUntil(row, ticks, unit);
      });
      const own = accounts.get(row["account"]) ?? { taken: 0n, closed: 0n };
      accounts.set(row["account"], { taken: own.taken + taken, closed: own.closed + value });
    }
    for (const event of events.values()) addEvent(later, event);
  }
  const money = (quanta: bigint) => formatWhole(quanta, quantum);
  const each = [...accounts.values()];
  return {
    neededBySize: money(neededBySize),
    later: HORIZONS.map(({ seconds }, place) => {
      const { taken, gross, net } = later[place] as Later;
      return { seconds, taken: money(taken), overshootGross: money(gross), overshootNet: money(net) };
    }),
    largestHaircutShare,
    spread: { taken: spreadOf(each.map(({ taken }) => taken)), closed: spreadOf(each.map(({ closed }) => closed)) },
  };
}

/** Sums over events at one horizon, quanta. */
interface Later {
  taken: bigint;
  gross: bigint;
  net: bigint;
}

function addEvent(later: readonly Later[], event: EventSums): void {
  later.forEach((sums, place) => {
    const taken = event.taken[place] as bigint;
    const more = taken - event.needed;
    sums.taken += taken;
    sums.gross += more > 0n ? more : 0n;
    sums.net += more;
  });
}

/** The rows of a query a part at a time, those of an event together: a large run has more of them than fit in memory. */
async function* wholeEvents(store: Store, sql: string): AsyncGenerator<readonly Row[]> {
  const [size] = await store.rows("SELECT count(*) AS row_count, count(DISTINCT event) AS events, max(event) AS last FROM adl");
  const step = Math.max(1, Math.ceil((ROWS_AT_ONCE * Number(size?.["events"])) / Math.max(1, Number(size?.["row_count"]))));
  for (let event = 0; event <= Number(size?.["last"] ?? -1); event += step) {
    yield await store.rows(`SELECT * FROM (${sql}) WHERE event >= ${event} AND event < ${event + step}`);
  }
}

/** What the closed lots would have earned from the mark of the event to a later one, quanta. */
function earnedUntil(row: Row, ticks: string, unit: Rational): bigint {
  const rise = valueAt(row, ticks, unit) - valueAt(row, "mark_ticks", unit);
  return row["side"] === "long" ? rise : -rise;
}

/** Value of the closed lots at one of the row's marks, as a trade of it would be booked (INST-1, UNIT-3). */
function valueAt(row: Row, ticks: string, unit: Rational): bigint {
  return rounded(times(whole(amountOf(row, ticks) * amountOf(row, "size_lots")), unit), "half-even");
}

function spreadOf(amounts: readonly bigint[]): SpreadSummary {
  const some = amounts.map((amount) => Number(amount > 0n ? amount : 0n));
  return { gini: giniOf(some), topTenShare: topShareOf(some) };
}

/** Quanta of a lot at a price of one tick, by instrument (UNIT-1). */
async function quantaPerTickLot(store: Store): Promise<Map<unknown, Rational>> {
  const rows = await store.rows(
    "SELECT instrument, tick_size, lot_size, multiplier, quantum FROM instruments JOIN assets ON assets.asset = instruments.settle_asset",
  );
  const factor = (row: Row, name: string) => parseRational(String(row[name]), name);
  return new Map(
    rows.map((row) => {
      const size = times(factor(row, "lot_size"), factor(row, "multiplier"));
      return [row["instrument"], over(times(factor(row, "tick_size"), size), factor(row, "quantum"))];
    }),
  );
}

function amountOf(row: Row, column: string): bigint {
  return BigInt(row[column] as number | bigint);
}

function magnitude(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}
