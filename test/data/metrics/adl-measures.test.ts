/** ADL over a run (CASC-5): a case by hand, and small runs against the same worked out here from the tables in memory, row by row. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { summarise } from "../../../data/metrics/summary.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import type { Summary } from "../../../data/store/run-directory.ts";
import { openStore } from "../../../data/store/store.ts";
import { writeTables } from "../../../data/store/tables.ts";
import { runExperiment, writeExperiment } from "../../../lab/experiment.ts";
import { registries } from "../../../lab/registries.ts";
import { type Cell, formatWhole, type SimulationResult, TABLES, Table } from "../../../sim/index.ts";
import { SMALL_RUN } from "../../small-run.ts";
import { SEVERAL, type SmallRun } from "../audit/recorded-run.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-adl-measures-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Row = Readonly<Record<string, Cell>>;

/** The summary of tables with these rows; what a row does not say is 0, or missing where it may be. */
async function summaryOf(name: string, rows: Readonly<Record<string, readonly Row[]>>): Promise<Summary> {
  const tables = TABLES.map((schema) => {
    const table = new Table(schema);
    for (const row of rows[schema.name] ?? []) {
      table.append(
        schema.columns.map(({ name: column, type, optional }) => row[column] ?? (type === "int64" && optional !== true ? 0 : null)),
      );
    }
    return table;
  });
  const directory = join(folder, name);
  await mkdir(directory);
  await writeTables(directory, tables);
  const store = await openStore(directory);
  try {
    return await summarise(store, {
      ...{ scenario: "s", venue: "v", seed: 1, digest: "d", conservationChecks: 1, liquidationsOffBook: false },
    });
  } finally {
    store.close();
  }
}

const SECOND = 1_000_000;
const contract = (instrument: number, symbol: string, underlying: string, lotSize = "1") => ({
  ...{ instrument, symbol, kind: "linear", product_line: "perpetual", underlying, settle_asset: 0 },
  ...{ tick_size: "0.1", lot_size: lotSize, multiplier: "1" },
});
const SCALES = {
  assets: [{ asset: 0, symbol: "USDT", quantum: "0.01" }],
  // A lot of the first is worth ten quanta a tick, of the second two and a half.
  instruments: [contract(0, "BTC-USDT", "BTC"), contract(1, "BTC-USDT-SMALL", "BTC", "0.25"), contract(2, "ETH-USDT", "ETH")],
};
const mark = (instrument: number, second: number, ticks: number) => ({ instrument, time_us: second * SECOND, mark_ticks: ticks });

describe("CASC-5 by hand", () => {
  const CLOSED = {
    marks: [
      ...[mark(0, 0, 1_000), mark(0, 1, 990), mark(0, 2, 980), mark(0, 3, 995), mark(0, 6, 1_010), mark(0, 60, 900)],
      ...[mark(1, 0, 1_000), mark(1, 1, 999), mark(1, 2, 1_001), mark(1, 60, 1_003)],
    ],
    adl: [
      // Event 0, at 1 s: two shorts of the first closed at 995 instead of 990. A lot loses 50, of which 30 were needed.
      closing({
        booking: 4,
        event: 0,
        account: 7,
        size_lots: 3,
        value_quanta: 29_850,
        needed_quanta: 90,
        taken_quanta: 150,
        equity_quanta: 600,
      }),
      closing({
        booking: 5,
        event: 0,
        account: 8,
        size_lots: 1,
        value_quanta: 9_950,
        needed_quanta: 30,
        taken_quanta: 50,
        equity_quanta: 50,
      }),
      // Event 1, at 2 s: a long of the second closed at 1003 instead of 1001: he gained 15 (3 × 2 × 2.5) by it.
      {
        ...closing({
          booking: 9,
          event: 1,
          account: 7,
          size_lots: 3,
          value_quanta: 7_523,
          needed_quanta: 4,
          taken_quanta: -15,
          equity_quanta: 900,
        }),
        ...{ instrument: 1, side: "long", mark_ticks: 1_001, time_us: 2 * SECOND },
      },
    ],
  };
  function closing(row: Row): Row {
    return { time_us: SECOND, instrument: 0, side: "short", mark_ticks: 990, policy: "p", ...row };
  }

  test("taken at the events and later, at the last mark there was by then; gross and net of what was needed", async () => {
    const { adl } = await summaryOf("by-hand", { ...SCALES, ...CLOSED });
    const later = (seconds: number | null, taken: string, overshootGross: string, overshootNet: string) => ({
      ...{ seconds, taken, overshootGross, overshootNet },
    });
    expect(adl.later).toEqual([
      // 200 for 120, and −15 for 4.
      later(0, "1.85", "0.8", "0.61"),
      later(0.5, "1.85", "0.8", "0.61"),
      // First at 980: four lots would have earned 400 more. Second still at 1001.
      later(1, "5.85", "4.8", "4.61"),
      // At 995, five ticks above the mark of the event: 200 less than at it. What is left is nothing.
      later(2, "-0.15", "0", "-1.39"),
      // At 1010: 800 less.
      later(5, "-6.15", "0", "-7.39"),
      // At 900: 3600 more. Second at 1003: 7522.5 against 7507.5, both half to even, 7522 and 7508: 14 of his gain gone.
      later(null, "37.99", "36.8", "36.75"),
    ]);
    // |990 − 995| × 4 × 10, and 3 × 1003 × 2.5 = 7522.5, booked as 7523 against 7507.5 at mark, half to even 7508.
    expect(adl.neededBySize).toBe("2.15");
  });

  test("how it is spread: all that was taken at the events, account by account, what they gained counting as nothing", async () => {
    const { adl } = await summaryOf("spread", { ...SCALES, ...CLOSED });
    // The whole margin of account 8.
    expect(adl.largestHaircutShare).toBe(1);
    // 150 − 15 and 50: half of the difference over the sum.
    expect(adl.spread).toEqual({
      taken: { gini: (135 - 50) / 2 / (135 + 50), topTenShare: 1 },
      closed: { gini: (37_373 - 9_950) / 2 / (37_373 + 9_950), topTenShare: 1 },
    });
  });

  test("nobody closed: nothing of it", async () => {
    const { adl } = await summaryOf("none", { ...SCALES, marks: CLOSED.marks });
    expect(adl).toMatchObject({ neededBySize: "0", largestHaircutShare: 0, hedged: { accounts: 0, closings: 0, notional: "0" } });
    expect(adl.later?.map(({ taken }) => taken)).toEqual(Array(6).fill("0"));
    expect(adl.spread?.closed).toEqual({ gini: 0, topTenShare: 0 });
  });

  test("hit while hedged: with a position on the other side in another contract of the same underlying, at that booking", async () => {
    const hit = (account: number, side: string, booking: number, instrument = 0) =>
      closing({ account, side, booking, instrument, event: booking, size_lots: 1, value_quanta: 100 });
    const start = (account: number, instrument: number, lots: number) => ({
      ...{ account, instrument, start_position_lots: lots, margin_mode: "isolated" },
    });
    const account = (number: number, owner = number) => ({ account: number, owner, kind: "holder", name: "" });
    const trade = (booking: number, taker: number, maker: number, lots: number) => ({
      ...{ booking, instrument: 1, taker_account: taker, maker_account: maker, taker_side: "sell", size_lots: lots },
    });
    const { adl } = await summaryOf("hedged", {
      ...SCALES,
      marks: CLOSED.marks,
      accounts: [3, 4, 5, 6, 7, 8, 9].map((number) => account(number)),
      positions: [
        // 3 long one, short the other; 4 long both; 5 long one, short ether; 6 short, and 7, who trade it; 8 taken over before.
        ...[start(3, 0, 5), start(3, 1, -5), start(4, 0, 5), start(4, 1, 5), start(5, 0, 5), start(5, 2, -5)],
        ...[start(6, 0, -5), start(6, 1, 3), start(7, 0, 5), start(8, 0, -5), start(8, 1, 6)],
      ],
      trades: [trade(10, 6, 3, 3), trade(11, 7, 9, 2)],
      liquidations: [{ liquidation: 0, booking: 12, account: 8, instrument: 1, side: "long", cause: "direct", status: "closed" }],
      inventory: [{ booking: 13, liquidation: 0, instrument: 1, entry: "takeover", size_lots: 6 }],
      adl: [
        ...[
          hit(3, "long", 1),
          hit(3, "long", 2),
          hit(4, "long", 3),
          hit(5, "long", 4),
          hit(6, "short", 5),
          hit(7, "long", 6),
          hit(8, "short", 7),
        ],
        // After 10 and 11: 3 has two short left, 6 nothing, 7 two short. After 13: 8 has nothing. 3 is closed in the other one too, and then hedged no more.
        ...[hit(3, "long", 14), hit(6, "short", 15), hit(7, "long", 16), hit(8, "short", 17)],
        ...[hit(3, "short", 18, 1), hit(3, "short", 19, 1), hit(3, "long", 20)],
      ],
    });
    // Account 3 at 1, 2, 14, 18, 19; 6 at 5; 8 at 7; 7 at 16. At 20 account 3 has nothing left of the short.
    expect(adl.hedged).toEqual({ accounts: 4, closings: 8, notional: "8" });
  });

  test("hit while hedged: with the other leg of the same contract (ACCT-4), until it is offset", async () => {
    const hit = (number: number, side: string, booking: number) =>
      closing({ account: number, side, booking, instrument: 0, event: booking, size_lots: 1, value_quanta: 100 });
    const leg = (number: number, lots: number) => ({ account: number, instrument: 0, start_position_lots: lots, margin_mode: "isolated" });
    const account = (number: number, owner = number) => ({ account: number, owner, kind: "holder", name: "" });
    const { adl } = await summaryOf("legs", {
      ...SCALES,
      marks: CLOSED.marks,
      // 3 has its short legs under 5; 4 hedges nothing.
      accounts: [account(3), account(4), account(5, 3)],
      positions: [leg(3, 5), leg(5, -4), leg(4, 5)],
      offsets: [{ booking: 4, instrument: 0, long_account: 3, short_account: 5, size_lots: 3, value_quanta: 1 }],
      adl: [hit(3, "long", 1), hit(4, "long", 2), hit(5, "short", 3), hit(3, "long", 5), hit(5, "short", 6)],
    });
    // After the offset nothing of the short legs is left.
    expect(adl.hedged).toEqual({ accounts: 1, closings: 2, notional: "2" });
    expect(adl.accounts).toBe(2);
  });
});

/** What `later` should be, from the tables in memory: every mark looked at for every row. */
function slowLater({ record: { adl, marks, instruments } }: SimulationResult, quantaPerTickLot: number[]) {
  const [times, ticks, of] = [marks.numbers("time_us"), marks.numbers("mark_ticks"), marks.numbers("instrument")];
  const markAt = (instrument: number, timeUs: number) => {
    let found = Number.NaN;
    times.forEach((at, row) => {
      if (of[row] === instrument && at <= timeUs) found = ticks[row] as number;
    });
    return found;
  };
  expect(instruments.rowCount).toBe(quantaPerTickLot.length);
  const column = (name: string, row: number) => adl.numbers(name)[row] as number;
  return [0, 0.5, 1, 2, 5, null].map((seconds) => {
    const events = new Map<number, bigint>();
    let taken = 0n;
    for (let row = 0; row < adl.rowCount; row++) {
      const instrument = column("instrument", row);
      const until = seconds === null ? Number.POSITIVE_INFINITY : column("time_us", row) + seconds * SECOND;
      const rise = markAt(instrument, until) - column("mark_ticks", row);
      const earned =
        rise * column("size_lots", row) * (quantaPerTickLot[instrument] as number) * (adl.words("side")[row] === "long" ? 1 : -1);
      const own = BigInt(column("taken_quanta", row)) + BigInt(earned);
      taken += own;
      const event = column("event", row);
      events.set(event, (events.get(event) ?? 0n) + own - BigInt(column("needed_quanta", row)));
    }
    const overshoots = [...events.values()];
    const sum = (amounts: readonly bigint[]) =>
      formatWhole(
        amounts.reduce((all, amount) => all + amount, 0n),
        "0.000001",
      );
    return { seconds, taken: sum([taken]), overshootGross: sum(overshoots.filter((more) => more > 0n)), overshootNet: sum(overshoots) };
  });
}

/** Accounts closed while hedged, from the tables in memory: all positions followed booking by booking. */
function slowHedged({ record: { adl, trades, inventory, liquidations, positions } }: SimulationResult) {
  const lots = new Map<string, number>();
  const change = (account: number, instrument: number, by: number) =>
    lots.set(`${account}/${instrument}`, (lots.get(`${account}/${instrument}`) ?? 0) + by);
  for (let row = 0; row < positions.rowCount; row++) {
    const [account, instrument, start] = ["account", "instrument", "start_position_lots"].map(
      (name) => positions.numbers(name)[row] as number,
    );
    change(account as number, instrument as number, start as number);
  }
  const bookings: { booking: number; apply: () => void }[] = [];
  const cells = (table: Table, row: number) => (name: string) => table.numbers(name)[row] as number;
  for (let row = 0; row < trades.rowCount; row++) {
    const cell = cells(trades, row);
    const bought = trades.words("taker_side")[row] === "buy" ? cell("size_lots") : -cell("size_lots");
    const apply = () => {
      change(cell("taker_account"), cell("instrument"), bought);
      change(cell("maker_account"), cell("instrument"), -bought);
    };
    bookings.push({ booking: cell("booking"), apply });
  }
  for (let row = 0; row < inventory.rowCount; row++) {
    if (inventory.words("entry")[row] !== "takeover") continue;
    const cell = cells(inventory, row);
    const account = liquidations.numbers("account")[cell("liquidation")] as number;
    bookings.push({ booking: cell("booking"), apply: () => change(account, cell("instrument"), -cell("size_lots")) });
  }
  const hit: number[] = [];
  for (let row = 0; row < adl.rowCount; row++) {
    const cell = cells(adl, row);
    const apply = () => {
      const isLong = adl.words("side")[row] === "long";
      const other = lots.get(`${cell("account")}/${1 - cell("instrument")}`) ?? 0;
      if (isLong ? other < 0 : other > 0) hit.push(cell("account"));
      change(cell("account"), cell("instrument"), isLong ? -cell("size_lots") : cell("size_lots"));
    };
    bookings.push({ booking: cell("booking"), apply });
  }
  for (const { apply } of bookings.sort((a, b) => a.booking - b.booking)) apply();
  return { accounts: new Set(hit).size, closings: hit.length };
}

describe("CASC-5 of runs, as worked out slowly", () => {
  const measured = async (name: string, { scenario: base = "flash-crash", sets, seed }: Omit<SmallRun, "name">) => {
    const scenario = await resolveScenario(base, { sets: [...sets], seed, registries });
    const result = await runExperiment(scenario);
    const summary = await writeExperiment(join(folder, name), scenario, result, { version: "0", startedAt: "", wallSeconds: 0 });
    return { result, summary };
  };

  test("what was taken later, of one contract", async () => {
    const { result, summary } = await measured("small", { sets: SMALL_RUN, seed: 7 });
    expect(summary.adl.later).toEqual(slowLater(result, [100]));
    expect(new Set(summary.adl.later?.map(({ taken }) => taken)).size).toBeGreaterThan(3);
    const [atEvents] = summary.adl.later ?? [];
    const { taken, overshootGross, overshootNet } = summary.adl;
    expect(atEvents).toEqual({ seconds: 0, taken, overshootGross, overshootNet });
  });

  test("of two contracts of one underlying, each on its own marks, and who was hedged", async () => {
    const { scenario, sets, seed } = SEVERAL[1] as SmallRun;
    const both = sets.map((set) => (set === "population.instrumentsEach=1" ? "population.instrumentsEach=2" : set));
    const { result, summary } = await measured("both", {
      scenario: scenario as string,
      sets: [...both, "assets.USDT.quantum=0.000001", "index.interval=750ms"],
      seed,
    });
    expect(summary.adl.later).toEqual(slowLater(result, [100, 100]));
    const hedged = slowHedged(result);
    expect(summary.adl.hedged).toMatchObject(hedged);
    expect(hedged.closings).toBeGreaterThan(0);
    expect(hedged.closings).toBeLessThan(result.record.adl.rowCount);
  });
});
