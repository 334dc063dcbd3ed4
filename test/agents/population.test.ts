import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawPopulation, type PopulationParameters, populationParameters } from "../../agents/population.ts";
import { createStream, type Holders, InputError, tierOf, valueOf } from "../../sim/index.ts";
import { BTC, INDEX, TERMS, USDT } from "./support.ts";

function draw(given: unknown, seed = 7, startTicks = INDEX): Holders {
  const parameters: PopulationParameters = populationParameters.parse(given);
  return drawPopulation(parameters, { asset: USDT, terms: TERMS, startTicks, stream: createStream(seed, "population") });
}

const rows = (holders: Holders) => Array.from({ length: holders.count }, (_, row) => row);
const sumBig = (values: readonly number[]) => values.reduce((sum, value) => sum + BigInt(value), 0n);

/** MARGIN-1 to MARGIN-3 by hand, apart from the clearing house: maintenance and closing fee rounded up, equity at the start price. */
function health(holders: Holders, row: number, startTicks: number) {
  const lots = holders.lots[row] as number;
  const value = Math.abs(lots) * startTicks * 100;
  const rate = Math.abs(lots) <= 2_000 ? 200 : Math.abs(lots) <= 20_000 ? 100 : 40;
  const required = Math.ceil(value / rate) + Math.ceil(value / 2_000);
  const profit = Math.sign(lots) * (value - (holders.entryValue[row] as number));
  return { equity: (holders.margin[row] as number) + profit, required, profit };
}

/** Everything that must hold for any population. */
function checkPopulation(holders: Holders, startRatio: number, startTicks: number): void {
  const all = rows(holders);
  const longs = all.filter((row) => (holders.lots[row] as number) > 0);
  const shorts = all.filter((row) => (holders.lots[row] as number) < 0);
  expect(longs.length + shorts.length).toBe(holders.count);
  for (const column of [holders.lots, holders.entryValue, holders.margin, holders.leverageHundredths]) {
    expect(column).toHaveLength(holders.count);
    expect(column.every((value) => Number.isSafeInteger(value))).toBe(true);
  }
  // CONS-1 and CONS-2: to the lot and to the quantum.
  expect(sumBig([...holders.lots])).toBe(0n);
  expect(sumBig(longs.map((row) => holders.entryValue[row] as number))).toBe(
    sumBig(shorts.map((row) => holders.entryValue[row] as number)),
  );
  for (const row of all) {
    const { equity, required } = health(holders, row, startTicks);
    if (equity < required * startRatio - 1e-6 * required) expect.fail(`holder ${row}: equity ${equity}, requirement ${required}`);
    const most = tierOf(BTC.tiers, holders.lots[row] as number, 0).maxLeverageHundredths;
    if ((holders.leverageHundredths[row] as number) > most) expect.fail(`holder ${row}: leverage above its tier's ${most}`);
    if (!((holders.margin[row] as number) > 0)) expect.fail(`holder ${row}: margin ${holders.margin[row]}`);
  }
}

describe("population", () => {
  test("CONS-1 CONS-2 MARGIN-3 TIER-3 the default population: balanced to lot and quantum, healthy, within its tiers", () => {
    const holders = draw({});
    expect(holders.count).toBe(20_000);
    checkPopulation(holders, 1.5, INDEX);
  });

  test("CONS-1 CONS-2 MARGIN-3 TIER-3 any population", () => {
    const given = fc.record({
      accounts: fc.integer({ min: 2, max: 60 }),
      longShare: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      size: fc.record({ median: fc.constantFrom("2000", "6000", "250000"), spread: fc.double({ min: 0, max: 2.5, noNaN: true }) }),
      entryDeviation: fc.double({ min: 0, max: 0.5, noNaN: true }),
      startRatio: fc.double({ min: 1, max: 20, noNaN: true }),
    });
    let drawn = 0;
    fc.assert(
      fc.property(given, fc.nat(), fc.constantFrom(INDEX, 7, 123_457), (parameters, seed, startTicks) => {
        let holders: Holders;
        try {
          holders = draw(parameters, seed, startTicks);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect((error as Error).message).toMatch(/^population\.size\.median: .*less than one lot a holder/);
          return;
        }
        drawn += 1;
        checkPopulation(holders, parameters.startRatio, startTicks);
      }),
      { numRuns: 300 },
    );
    expect(drawn).toBeGreaterThan(150);
  });

  test("sizes, sides, entries and leverage are distributed as asked", () => {
    const holders = draw({ accounts: 20_000, longShare: 0.6, startRatio: 1, entryDeviation: 0.001 });
    const all = rows(holders);
    const longs = all.filter((row) => (holders.lots[row] as number) > 0);
    expect(longs).toHaveLength(12_000);
    // Both sides are scaled to the same open interest, so longs to about 0.83 and shorts to 1.25 of what was drawn.
    const logs = (side: readonly number[]) =>
      side.map((row) => Math.log(Math.abs(holders.lots[row] as number) * INDEX * 1e-4)).sort((a, b) => a - b);
    const quantile = (sorted: readonly number[], part: number) => sorted[Math.floor(sorted.length * part)] as number;
    const long = logs(longs);
    expect(Math.abs(quantile(long, 0.5) - Math.log(5_000))).toBeLessThan(0.1);
    expect(Math.abs((quantile(long, 0.841) - quantile(long, 0.159)) / 2 - 1.5)).toBeLessThan(0.1);
    // Entries: one standard deviation is a thousandth for holders of one trade each; none is far off.
    const deviations = all.map((row) => (holders.entryValue[row] as number) / (Math.abs(holders.lots[row] as number) * INDEX * 100) - 1);
    const mean = deviations.reduce((sum, value) => sum + value, 0) / all.length;
    expect(Math.abs(mean)).toBeLessThan(0.0001);
    const deviation = Math.sqrt(deviations.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length);
    expect(deviation).toBeGreaterThan(0.0003);
    expect(deviation).toBeLessThan(0.0011);
    // Leverage: within each setting's share, but for the few whom their tier allows less.
    const share = (hundredths: number) => all.filter((row) => holders.leverageHundredths[row] === hundredths).length / all.length;
    for (const [hundredths, part] of [
      [300, 0.15],
      [500, 0.2],
      [1_000, 0.3],
      [2_000, 0.2],
    ] as const) {
      expect(Math.abs(share(hundredths) - part)).toBeLessThan(0.015);
    }
    expect(share(5_000)).toBeGreaterThan(0.08);
    // 100 times leaves a ratio of 1 / (0.5 % + 0.05 %) × 1 %: healthy at a start ratio of 1.
    expect(share(10_000)).toBeGreaterThan(0.02);
  });

  test("who would start below the start ratio starts with less leverage, and the margin of it", () => {
    const holders = draw({
      accounts: 2_000,
      leverage: [
        { value: "100", weight: 1 },
        { value: "10", weight: 0 },
      ],
      startRatio: 3,
      entryDeviation: 0,
    });
    // At 100 times the margin of 1.05 % is less than three times 0.55 %; at 10 times it is enough.
    for (const row of rows(holders)) {
      const lots = Math.abs(holders.lots[row] as number);
      expect(holders.leverageHundredths[row]).toBe(1_000);
      const value = lots * INDEX * 100;
      expect(holders.entryValue[row]).toBe(value);
      expect(holders.margin[row]).toBe(Math.ceil(value / 10) + Math.ceil(value / 2_000));
    }
  });

  test("who finds no leverage low enough gets the margin that makes the start ratio", () => {
    const holders = draw({ accounts: 500, leverage: [{ value: "100", weight: 1 }], startRatio: 4, entryDeviation: 0.2 });
    let topped = 0;
    for (const row of rows(holders)) {
      const { equity, required } = health(holders, row, INDEX);
      const value = holders.entryValue[row] as number;
      const most = tierOf(BTC.tiers, holders.lots[row] as number, 0).maxLeverageHundredths;
      const initial = Math.ceil((value * 100) / most) + Math.ceil(value / 2_000);
      if (holders.margin[row] !== initial) {
        topped += 1;
        expect(equity).toBe(Math.ceil(required * 4));
        expect(holders.margin[row]).toBeGreaterThan(initial);
      }
    }
    expect(topped).toBeGreaterThan(200);
  });

  test("TIER-3 whoever draws more leverage than its tier allows has the tier's", () => {
    const holders = draw({
      accounts: 200,
      size: { median: "600000", spread: 2 },
      leverage: [{ value: "100", weight: 1 }],
      startRatio: 1,
      entryDeviation: 0,
    });
    for (const row of rows(holders)) {
      const lots = Math.abs(holders.lots[row] as number);
      expect(holders.leverageHundredths[row]).toBe(lots <= 2_000 ? 10_000 : lots <= 20_000 ? 5_000 : 1_250);
    }
    expect(new Set(holders.leverageHundredths).size).toBe(3);
  });

  test("INST-3 with no deviation everybody entered at the start price", () => {
    const holders = draw({ accounts: 100, entryDeviation: 0 });
    for (const row of rows(holders)) expect(holders.entryValue[row]).toBe(valueOf(BTC, INDEX, holders.lots[row] as number));
  });

  test("TIME-2 the same seed gives the same population, another seed another", () => {
    const given = { accounts: 500 };
    expect(draw(given, 3)).toEqual(draw(given, 3));
    expect(draw(given, 3)).not.toEqual(draw(given, 4));
  });

  test.each([0, 2, 3, 99, 100, 101])("%i accounts balance", (accounts) => {
    const holders = draw({ accounts, longShare: 0.3 });
    expect(holders.count).toBe(accounts);
    checkPopulation(holders, 1.5, INDEX);
  });

  test("both sides are there even at the most lopsided share", () => {
    for (const longShare of [0.01, 0.99]) {
      const holders = draw({ accounts: 10, longShare });
      const longs = rows(holders).filter((row) => (holders.lots[row] as number) > 0).length;
      expect(longs).toBe(longShare < 0.5 ? 1 : 9);
      checkPopulation(holders, 1.5, INDEX);
    }
  });

  test("one account alone is refused, naming the field", () => {
    expect(() => draw({ accounts: 1 })).toThrow(InputError);
    expect(() => draw({ accounts: 1 })).toThrow("population.accounts: expected 0 or at least 2");
  });

  test("positions too small for a lot each are refused, naming field and value", () => {
    // A lot is 120 USDT; one holder in a hundred is short and has 99 lots to hold against, but not the other way round.
    expect(() => draw({ accounts: 100, longShare: 0.9, size: { median: "1", spread: 0 } })).toThrow(
      "population.size.median: positions of 1 leave less than one lot a holder of BTC-USDT, got 50 lots for 90",
    );
  });

  test("UNIT-1 sizes beyond 2^53 are refused, naming the field", () => {
    const given = { accounts: 10, size: { median: "9000000000", spread: 4 } };
    expect(() => draw(given)).toThrow(InputError);
    expect(() => draw(given)).toThrow("population.size: a median of 9000000000 and a spread of 4 draw too large a position");
    // At a price of one tick it is the lots themselves that cannot be counted.
    expect(() => draw(given, 7, 1)).toThrow(InputError);
  });

  test.each([
    [{ accounts: -1 }, "accounts"],
    [{ accounts: 2.5 }, "accounts"],
    [{ longShare: 0 }, "longShare"],
    [{ longShare: 1 }, "longShare"],
    [{ size: { median: "-5" } }, "size.median"],
    [{ size: { median: 6000 } }, "size.median"],
    [{ size: { spread: Number.NaN } }, "size.spread"],
    [{ size: { mean: "5" } }, "size"],
    [{ leverage: [] }, "leverage"],
    [{ leverage: [{ value: "10", weight: 0 }] }, "leverage"],
    [{ leverage: [{ value: "10", weight: -1 }] }, "leverage.0.weight"],
    [{ leverage: [{ value: "0.5", weight: 1 }] }, "leverage.0.value"],
    [{ entryDeviation: 0.6 }, "entryDeviation"],
    [{ startRatio: 0.9 }, "startRatio"],
  ])("refuses %j at %s", (given, path) => {
    const result = populationParameters.safeParse(given);
    expect(result.success).toBe(false);
    expect(result.error?.issues.map((issue) => issue.path.join("."))).toContain(path);
  });
});
