/** Facts of a run, measured by SQL over the tables on disk, against the same measures of the tables in memory. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ascending, quantileOf } from "../../../data/metrics/quantiles.ts";
import { logReturns, returnFacts } from "../../../data/metrics/return-facts.ts";
import { sizeFacts } from "../../../data/metrics/size-facts.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import type { InstrumentFacts } from "../../../data/store/facts-schema.ts";
import { openRunDirectory } from "../../../data/store/run-directory.ts";
import { runExperiment, writeExperiment } from "../../../lab/experiment.ts";
import { registries } from "../../../lab/registries.ts";
import type { SimulationResult, Table } from "../../../sim/index.ts";

const FACTS = { version: "0", startedAt: "", wallSeconds: 0 };
/** Contracts of different ticks and lots, funding every half hour, too little of the second one's liquidations. */
const SETS = [
  ...["duration=130m", "population.accounts=1500", "population.instrumentsEach=2", "record.samples=20s"],
  ...["agents.0.count=2", "agents.1.count=1", "agents.2.count=1", "agents.3.count=8"],
  'venue.funding={"interval":"30m","interest":"0.0003","clamp":"0.0001","cap":"0.05","impactNotional":"10000"}',
];
let folder = "";
let result: SimulationResult;
let facts: readonly InstrumentFacts[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-facts-"));
  const scenario = await resolveScenario("contagion", { sets: SETS, registries });
  result = await runExperiment(scenario);
  const summary = await writeExperiment(join(folder, "run"), scenario, result, FACTS);
  facts = summary.facts as readonly InstrumentFacts[];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A column of one instrument's rows; NaN for none. */
function column(table: Table, name: string, instrument: number): number[] {
  const instruments = table.numbers("instrument");
  return [...table.numbers(name)].filter((_, row) => instruments[row] === instrument);
}

/** Value of a lot at one tick, settlement asset. */
function tickLot(instrument: number): number {
  const { instruments } = result.record;
  const [tick, lot, multiplier] = ["tick_size", "lot_size", "multiplier"].map((name) => Number(instruments.words(name)[instrument]));
  return (tick as number) * (lot as number) * (multiplier as number);
}

const QUANTUM = 1e-6;
const medianOf = (values: readonly number[]) => quantileOf(ascending(values), 0.5);
const near = (value: number | null | undefined, expected: number) => expect(Math.abs((value as number) / expected - 1)).toBeLessThan(1e-9);

describe.each([0, 1])("facts of instrument %d", (instrument) => {
  const own = () => facts[instrument] as InstrumentFacts;
  const read = (table: Table, name: string) => column(table, name, instrument);

  test("returns of index, mark and mid are those over each minute of the marks", () => {
    const { marks } = result.record;
    const times = read(marks, "time_us");
    const start = times[0] as number;
    const minutes = times.flatMap((time, row) => ((time - start) % 60_000_000 === 0 ? [row] : []));
    expect(minutes.length).toBe(131);
    const measured = (values: readonly number[]) => returnFacts(logReturns(minutes.map((row) => values[row] as number)), 60);
    const [bids, asks] = [read(marks, "bid_ticks"), read(marks, "ask_ticks")];
    expect(own().returns.index).toEqual(measured(read(marks, "index_ticks")));
    expect(own().returns.mark).toEqual(measured(read(marks, "mark_ticks")));
    expect(own().returns.mid).toEqual(measured(bids.map((bid, row) => (bid + (asks[row] as number)) / 2)));
    expect(own().returns.index?.count).toBe(130);
    expect(own().returns.index).not.toEqual(own().returns.mid);
  });

  test("spread is over the marks with both sides", () => {
    const { marks } = result.record;
    const [bids, asks] = [read(marks, "bid_ticks"), read(marks, "ask_ticks")];
    const spreads = bids
      .map((bid, row) => (2 * ((asks[row] as number) - bid)) / ((asks[row] as number) + bid))
      .filter((spread) => !Number.isNaN(spread));
    const sorted = ascending(spreads);
    expect(own().spread).toEqual({
      ...{
        marks: spreads.length,
        quantile5: quantileOf(sorted, 0.05),
        median: quantileOf(sorted, 0.5),
        quantile95: quantileOf(sorted, 0.95),
      },
    });
  });

  test("depth is the median value within each distance, and grows with it", () => {
    const { samples } = result.record;
    const [bids, asks] = [read(samples, "bid_ticks"), read(samples, "ask_ticks")];
    for (const { basisPoints, bid, ask, ofFurthest } of own().depth?.within ?? []) {
      for (const [side, value] of Object.entries({ bid, ask })) {
        const lots = read(samples, `${side}_depth_${basisPoints}bp_lots`);
        const values = lots
          .map((own, row) => (own * ((bids[row] as number) + (asks[row] as number))) / 2)
          .filter((one) => !Number.isNaN(one));
        near(value, medianOf(values) * tickLot(instrument));
      }
      const furthest = own().depth?.within.at(-1);
      near(ofFurthest.bid, bid / (furthest?.bid as number));
      near(ofFurthest.ask, ask / (furthest?.ask as number));
    }
    const values = own().depth?.within.map(({ bid }) => bid) ?? [];
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(values.at(-1)).toBeGreaterThan(values[0] as number);
    expect(own().depth?.within.map(({ basisPoints }) => basisPoints)).toEqual([5, 10, 25]);
  });

  test("open interest, funding and volume", () => {
    const { samples, funding, trades } = result.record;
    const marks = read(samples, "mark_ticks");
    near(
      own().openInterest,
      medianOf(read(samples, "open_interest_lots").map((lots, row) => lots * (marks[row] as number))) * tickLot(instrument),
    );
    const byTime = new Map(read(funding, "time_us").map((time, row) => [time, read(funding, "rate")[row] as number]));
    const rates = ascending([...byTime.values()]);
    expect(own().funding).toEqual({ payments: 4, lowest: rates[0], median: quantileOf(rates, 0.5), highest: rates[3] });
    const traded = read(trades, "value_quanta").reduce((sum, value) => sum + value, 0);
    near(own().volumePerHour, (traded * QUANTUM) / (130 / 60));
  });

  test("sizes of liquidations and trades", () => {
    const { liquidations, trades } = result.record;
    const of = (table: Table, name: string) => sizeFacts(read(table, name).map((quanta) => quanta * QUANTUM));
    for (const [measured, expected] of [
      [own().tradeSizes, of(trades, "value_quanta")],
      [own().liquidationSizes, of(liquidations, "notional_quanta")],
    ] as const) {
      expect(measured?.count).toBe(expected?.count);
      expect(measured?.count).toBeGreaterThan(10);
      for (const name of ["median", "mean", "quantile95", "quantile99", "largest", "largestShare"] as const)
        near(measured?.[name], expected?.[name] as number);
      if (expected?.tailExponent === null) expect(measured?.tailExponent).toBeNull();
      else near(measured?.tailExponent, expected?.tailExponent as number);
    }
    expect(own().tradeSizes?.tailExponent).not.toBeNull();
  });
});

test("the summary on disk has them as they were", async () => {
  const run = await openRunDirectory(join(folder, "run"));
  run.store.close();
  expect(run.summary.facts).toEqual(facts);
});

test("a run of a minute, without trades, funding or liquidations, says null", async () => {
  const sets = ["duration=1m", "population.accounts=2", "agents=[]", "shock.waypoints=[]", "venue.funding=null"];
  const scenario = await resolveScenario("flash-crash", { sets, registries });
  const summary = await writeExperiment(join(folder, "short"), scenario, await runExperiment(scenario), FACTS);
  expect(summary.facts).toEqual([
    {
      symbol: "BTC-USDT",
      returns: { seconds: 60, index: null, mark: null, mid: null },
      ...{ spread: null, depth: null, openInterest: expect.any(Number), funding: null },
      ...{ liquidationSizes: null, tradeSizes: null, volumePerHour: 0 },
    },
  ]);
});
