/** The summary, measured by SQL over the tables on disk, against the same figures added up here from the tables in memory. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import type { Summary } from "../../../data/store/run-directory.ts";
import { runExperiment, writeExperiment } from "../../../lab/experiment.ts";
import { registries } from "../../../lab/registries.ts";
import type { SimulationResult, Table } from "../../../sim/index.ts";
import { formatWhole } from "../../../sim/index.ts";
import { SMALL_RUN } from "../../small-run.ts";
import { REDUCING, SEVERAL, type SmallRun, VAULTED } from "../audit/recorded-run.ts";

const FACTS = { version: "0", startedAt: "", wallSeconds: 0 };
let folder = "";
let result: SimulationResult;
let summary: Summary;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-summary-"));
  const scenario = await resolveScenario("flash-crash", { sets: [...SMALL_RUN], registries });
  result = await runExperiment(scenario);
  summary = await writeExperiment(join(folder, "run"), scenario, result, FACTS);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const usdt = (quanta: bigint) => formatWhole(quanta, "0.000001");
const total = (table: Table, column: string, where: (row: number) => boolean = () => true) =>
  table.numbers(column).reduce((sum, value, row) => (where(row) ? sum + BigInt(value) : sum), 0n);

describe("summary", () => {
  test("has something of everything to measure", () => {
    expect(summary.liquidations.byPath.market).toBeGreaterThan(0);
    expect(summary.liquidations.byPath.fund).toBeGreaterThan(0);
    expect(summary.liquidations.byPath.adl).toBeGreaterThan(0);
    expect(summary.cascades.count).toBeGreaterThan(0);
  });

  test("counts what ran", () => {
    expect(summary).toMatchObject({
      digest: result.digest,
      messages: result.messages,
      trades: result.record.trades.rowCount,
      simulatedSeconds: 2400,
      conservation: { checks: result.conservationChecks, violations: 0 },
    });
    expect(summary.accounts).toBe(result.record.accounts.words("kind").filter((kind) => kind === "holder" || kind === "agent").length);
  });

  test("LIQ-4..6: adds up liquidations, and each is counted once, by the furthest step it needed", () => {
    const { liquidations } = result.record;
    const byPath = Object.values(summary.liquidations.byPath).reduce<number>((sum, count) => sum + Number(count), 0);
    expect(byPath).toBe(liquidations.rowCount);
    expect(summary.liquidations).toMatchObject({
      count: liquidations.rowCount,
      accounts: new Set(liquidations.numbers("account")).size,
      notional: usdt(total(liquidations, "liquidated_quanta")),
      induced: liquidations.words("cause").filter((cause) => cause === "induced").length,
    });
    const adl = liquidations.numbers("adl_lots").filter((lots, row) => lots > 0 && liquidations.numbers("residual_lots")[row] === 0).length;
    expect(summary.liquidations.byPath.adl).toBe(adl);
  });

  test("CASC-1: beside what was induced, what the index alone would have reached", () => {
    const { liquidations, marks } = result.record;
    const [triggers, sides] = [liquidations.numbers("trigger_time_us"), liquidations.words("side")];
    const [times, indexes] = [marks.numbers("time_us"), marks.numbers("index_ticks")];
    const reached = liquidations.numbers("liquidation_price_ticks").filter((price, row) => {
      const index = indexes.filter((_, at) => (times[at] as number) >= (triggers[row] as number));
      return sides[row] === "long" ? index.some((ticks) => ticks <= price) : index.some((ticks) => ticks >= price);
    });
    expect(summary.liquidations["reachedByIndex"]).toBe(reached.length);
    expect(reached.length).toBeGreaterThan(0);
    expect(reached.length).toBeLessThan(liquidations.rowCount);
  });

  test("CASC-2: the branching ratio is induced over all", () => {
    const { cascades } = result.record;
    expect(summary.cascades.branchingRatio).toBe(summary.liquidations.induced / summary.liquidations.count);
    expect(summary.cascades.count).toBe(cascades.rowCount);
    expect(summary.cascades.largestAccounts).toBe(Math.max(...cascades.numbers("accounts")));
    expect(summary.cascades.longestSeconds).toBe(
      Math.max(...cascades.numbers("last_time_us").map((last, row) => (last - (cascades.numbers("first_time_us")[row] as number)) / 1e6)),
    );
  });

  test("CASC-1: liquidations by cause", () => {
    const causes = result.record.liquidations.words("cause");
    const of = (name: string) => causes.filter((cause) => cause === name).length;
    expect(summary.liquidations.byCause).toEqual({
      ...{ direct: of("direct"), induced: of("induced"), adl: of("adl"), levy: of("levy"), funding: of("funding") },
    });
    expect(of("direct") + of("induced")).toBeGreaterThan(0);
  });

  test("CASC-2: cascades and episodes per simulated day, and the largest in every respect", () => {
    const { cascades, episodes } = result.record;
    const most = (table: Table, column: string) => Math.max(...table.numbers(column));
    const furthest = (table: Table) =>
      [...table.numbers("displacement_ratio")].reduce((far, ratio) => (Math.abs(ratio) > Math.abs(far) ? ratio : far), 0);
    const longest = (table: Table) =>
      Math.max(...table.numbers("last_time_us").map((last, row) => (last - (table.numbers("first_time_us")[row] as number)) / 1e6));
    // 40 minutes are a thirty-sixth of a day.
    expect(summary.cascades).toMatchObject({
      perDay: 36 * cascades.rowCount,
      liquidations: Number(total(cascades, "liquidations")),
      largestLiquidations: most(cascades, "liquidations"),
      largestNotional: usdt(BigInt(most(cascades, "notional_quanta"))),
      deepest: most(cascades, "depth"),
      furthestDisplacement: furthest(cascades),
    });
    expect(summary.cascades.episodes).toEqual({
      count: episodes.rowCount,
      perDay: 36 * episodes.rowCount,
      mostCascades: most(episodes, "cascades"),
      mostInstruments: 1,
      largestLiquidations: most(episodes, "liquidations"),
      largestAccounts: most(episodes, "accounts"),
      largestNotional: usdt(BigInt(most(episodes, "notional_quanta"))),
      deepest: most(episodes, "depth"),
      longestSeconds: longest(episodes),
      furthestDisplacement: furthest(episodes),
    });
    expect(episodes.rowCount).toBeGreaterThan(0);
    expect(furthest(episodes)).toBeLessThan(0);
  });

  test("CASC-4: the pool's drawdown is the deepest fall from a running peak", () => {
    const { funds, marks } = result.record;
    const available = funds.numbers("available_quanta");
    const times = funds.numbers("time_us");
    let peak = 0;
    let drawdown = 0;
    let ratio = 0;
    let underWaterUs = 0;
    for (let row = 0; row < available.length; row++) {
      const now = available[row] as number;
      peak = Math.max(peak, now);
      drawdown = Math.max(drawdown, peak - now);
      ratio = Math.max(ratio, (peak - now) / peak);
      const until = times[row + 1] ?? Math.max(...marks.numbers("time_us"));
      if (now < peak) underWaterUs += until - (times[row] as number);
    }
    expect(summary.funds).toEqual([
      {
        pool: "perpetual/BTC/USDT",
        start: "1000",
        end: usdt(BigInt(available[available.length - 1] as number)),
        lowest: usdt(BigInt(Math.min(...available))),
        maxDrawdown: usdt(BigInt(drawdown)),
        maxDrawdownRatio: ratio,
        secondsUnderWater: underWaterUs / 1e6,
        exhausted: true,
      },
    ]);
  });

  test("CASC-4 CASC-5: days with ADL; its overshoot is taken beyond needed, event by event", () => {
    const { adl } = result.record;
    const events = new Map<number, bigint>();
    adl.numbers("event").forEach((event, row) => {
      const more = BigInt(adl.numbers("taken_quanta")[row] as number) - BigInt(adl.numbers("needed_quanta")[row] as number);
      events.set(event, (events.get(event) ?? 0n) + more);
    });
    const overshoots = [...events.values()];
    const needed = new Map<number, bigint>();
    adl.numbers("event").forEach((event, row) => {
      needed.set(event, (needed.get(event) ?? 0n) + BigInt(adl.numbers("needed_quanta")[row] as number));
    });
    expect(summary.adl).toMatchObject({
      events: events.size,
      eventsWithoutNeed: [...needed.values()].filter((loss) => loss === 0n).length,
      days: new Set(Array.from(adl.numbers("time_us"), (time) => new Date(time / 1000).toISOString().slice(0, 10))).size,
      accounts: new Set(adl.numbers("account")).size,
      notional: usdt(total(adl, "value_quanta")),
      needed: usdt(total(adl, "needed_quanta")),
      taken: usdt(total(adl, "taken_quanta")),
      overshootGross: usdt(overshoots.reduce((sum, more) => (more > 0n ? sum + more : sum), 0n)),
      overshootNet: usdt(overshoots.reduce((sum, more) => sum + more, 0n)),
    });
  });

  test("CASC-5: leverage of what is left open, and how many a further tenth would ruin", () => {
    const { positions, accounts } = result.record;
    const kinds = accounts.words("kind");
    const cell = (column: string, row: number) => positions.numbers(column)[row] as number;
    const open = [...positions.numbers("position_lots")].flatMap((lots, row) => {
      if (lots === 0 || !["holder", "agent"].includes(kinds[cell("account", row)] as string)) return [];
      const unrealized = cell("unrealized_profit_quanta", row);
      const value = cell("entry_value_quanta", row) + (lots > 0 ? unrealized : -unrealized);
      return [{ isLong: lots > 0, value, equity: cell("margin_quanta", row) + unrealized }];
    });
    const leverages = open.filter(({ equity }) => equity > 0).map(({ value, equity }) => value / equity);
    const ruined = (isLong: boolean) => open.filter((own) => own.isLong === isLong && own.equity - own.value / 10 <= 0).length;
    const left = summary.adl.leverageLeft;
    expect(left).toMatchObject({
      positions: open.length,
      withoutEquity: open.length - leverages.length,
      highest: Math.max(...leverages),
      defaultsAt: { move: 0.1, down: ruined(true) / open.length, up: ruined(false) / open.length },
    });
    expect(left?.mean).toBeCloseTo(leverages.reduce((sum, leverage) => sum + leverage, 0) / leverages.length, 5);
    expect(left?.defaultsAt.down).toBeGreaterThan(0);
  });

  test("FUND-4: the uncovered loss is what the house paid", () => {
    expect(summary.uncoveredLoss).toBe(usdt(total(result.record.funds, "house_quanta")));
  });
});

describe("summary of a run of two instruments, one pool of which has more than enough", () => {
  let several: SimulationResult;
  let both: Summary;
  beforeAll(async () => {
    const { scenario: base, sets, seed } = SEVERAL[0] as SmallRun;
    const rich = "pools.perpetual/ETH/USDT.seedCapital=1000000000";
    const scenario = await resolveScenario(base as string, { sets: [...sets, rich], seed, registries });
    several = await runExperiment(scenario);
    both = await writeExperiment(join(folder, "several"), scenario, several, FACTS);
  });

  test("counts everything once, over both and for each", () => {
    const { liquidations, adl, trades, samples, accounts } = several.record;
    const of = (table: Table, number: number) => (row: number) => table.numbers("instrument")[row] === number;
    const count = (table: Table, number: number) => table.numbers("instrument").filter((instrument) => instrument === number).length;
    expect(both["instruments"]).toEqual(
      ["BTC-USDT", "ETH-USDT"].map((symbol, number) => ({
        symbol,
        trades: count(trades, number),
        liquidations: count(liquidations, number),
        reduced: 0,
        liquidatedNotional: usdt(total(liquidations, "liquidated_quanta", of(liquidations, number))),
        adlNotional: usdt(total(adl, "value_quanta", of(adl, number))),
      })),
    );
    expect([count(liquidations, 0), count(liquidations, 1)].every((number) => number > 0)).toBe(true);
    expect(both.messages).toBe(Number(total(samples, "messages")));
    expect(both.messages).toBe(several.messages);
    expect(both.accounts).toBe(accounts.rowCount - 3);
    expect(both.liquidations).toMatchObject({
      count: liquidations.rowCount,
      accounts: new Set(liquidations.numbers("account")).size,
      notional: usdt(total(liquidations, "liquidated_quanta")),
    });
  });

  test("CASC-1: a liquidation price is reached by the index of its own instrument", () => {
    const { liquidations, marks } = several.record;
    const [triggers, sides, instruments] = [
      liquidations.numbers("trigger_time_us"),
      liquidations.words("side"),
      liquidations.numbers("instrument"),
    ];
    const [times, indexes, owners] = [marks.numbers("time_us"), marks.numbers("index_ticks"), marks.numbers("instrument")];
    const reached = liquidations.numbers("liquidation_price_ticks").filter((price, row) => {
      const from = triggers[row] as number;
      const later = indexes.filter((_, at) => owners[at] === instruments[row] && (times[at] as number) >= from);
      return sides[row] === "long" ? later.some((ticks) => ticks <= price) : later.some((ticks) => ticks >= price);
    });
    expect(both.liquidations.reachedByIndex).toBe(reached.length);
  });

  test("FUND-1: a pool is exhausted by losses of its own instruments alone", () => {
    const { funds, adl } = several.record;
    expect(both.funds.map(({ pool, exhausted }) => [pool, exhausted])).toEqual([
      ["perpetual/BTC/USDT", true],
      ["perpetual/ETH/USDT", false],
    ]);
    const needed = adl.numbers("needed_quanta").filter((_, row) => adl.numbers("instrument")[row] === 1);
    expect(needed.every((amount) => amount === 0)).toBe(true);
    for (const [number, { end }] of both.funds.entries()) {
      const moved = total(funds, "amount_quanta", (row) => funds.numbers("pool")[row] === number);
      expect(end).toBe(usdt(moved));
    }
  });
});

describe("summary of a run that reduces positions before it takes them over", () => {
  test("LIQ-3: counts those whose position passed apart, and the value of what was closed, not of whole positions", async () => {
    const { scenario: base, sets, seed } = REDUCING.at(-1) as SmallRun;
    const scenario = await resolveScenario(base as string, { sets: [...sets], seed, registries });
    const { record, ...rest } = await runExperiment(scenario);
    const { liquidations: measured, instruments } = await writeExperiment(join(folder, "reducing"), scenario, { record, ...rest }, FACTS);
    const { liquidations } = record;
    const status = liquidations.words("status");
    const reduced = status.filter((word) => word === "reduced").length;
    expect(reduced).toBeGreaterThan(0);
    expect(measured.byPath.reduced).toBe(reduced);
    expect(instruments?.map((instrument) => instrument.reduced)).toEqual(
      [0, 1].map((number) => status.filter((word, row) => word === "reduced" && liquidations.numbers("instrument")[row] === number).length),
    );
    const parts = ["adl_lots", "fund_lots", "residual_lots"].map((name) => liquidations.numbers(name));
    expect(measured.byPath.market).toBe(status.filter((word, row) => word === "closed" && parts.every((part) => part[row] === 0)).length);
    expect(measured.notional).toBe(usdt(total(liquidations, "liquidated_quanta")));
    expect(total(liquidations, "liquidated_quanta")).toBeLessThan(total(liquidations, "notional_quanta"));
    const longs = (row: number) => liquidations.words("side")[row] === "long";
    expect(measured["longNotional"]).toBe(usdt(total(liquidations, "liquidated_quanta", longs)));
  });
});

describe("summary of a run with a vault", () => {
  test("LIQ-4, LIQ-5: what it began and ended with, what it took and what was left to it", async () => {
    const { scenario: base = "flash-crash", sets, seed } = VAULTED[1] as SmallRun;
    const scenario = await resolveScenario(base, { sets: [...sets], seed, registries });
    const { record, ...rest } = await runExperiment(scenario);
    const { liquidations: measured, vault } = await writeExperiment(join(folder, "vaulted"), scenario, { record, ...rest }, FACTS);
    const entries = record.vault.words("entry");
    const of = (entry: string) => (row: number) => entries[row] === entry;
    const equity = record.samples.numbers("vault_equity_quanta");
    expect(vault).toEqual({
      start: "100",
      end: usdt(BigInt(equity.at(-1) as number)),
      lowest: usdt(BigInt(Math.min(...equity))),
      positions: entries.filter((entry) => entry === "takeover").length,
      notional: usdt(total(record.vault, "value_quanta", of("takeover"))),
      surplus: usdt(total(record.vault, "amount_quanta", of("surplus"))),
    });
    expect(vault?.positions).toBeGreaterThan(0);
    const { liquidations } = record;
    const [adl, fund] = ["adl_lots", "fund_lots"].map((name) => liquidations.numbers(name)) as [Float64Array, Float64Array];
    const furthest = liquidations.words("status").filter((status, row) => status === "vault" && adl[row] === 0 && fund[row] === 0).length;
    expect(measured.byPath["vault"]).toBe(furthest);
    expect(furthest).toBeGreaterThan(0);
  });
});
