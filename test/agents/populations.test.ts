import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PopulationParameters, populationParameters } from "../../agents/population.ts";
import { drawPopulations } from "../../agents/populations.ts";
import { createStream, type Holders, type Instrument } from "../../sim/index.ts";
import { BTC, INDEX, TERMS, USDT } from "./support.ts";

const SYMBOLS = ["A", "B", "C", "D", "E"];

/** Of so many contracts, each with a stream of its own. */
function draw(given: unknown, contracts: number, seed = 7): Holders[] {
  const parameters: PopulationParameters = populationParameters.parse(given);
  const contexts = SYMBOLS.slice(0, contracts).map((symbol, number) => {
    const instrument: Instrument = { ...BTC, symbol };
    const stream = createStream(seed, number === 0 ? "population" : `population/${symbol}`);
    return { asset: USDT, terms: { ...TERMS, instrument }, startTicks: INDEX, stream };
  });
  return drawPopulations(parameters, contexts, createStream(seed, "population/instruments"), createStream(seed, "population/margin-mode"));
}

const holdersOf = ({ holder }: Holders) => [...(holder ?? [])];

/** All but whose the rows are. */
function drawn({ holder: _holder, ...columns }: Holders) {
  return columns;
}

describe("the population of several contracts", () => {
  test("of one contract is drawn without a split: rows are holders", () => {
    const [only] = draw({ accounts: 50 }, 1);
    expect(only).not.toHaveProperty("holder");
    expect(only?.count).toBe(50);
    const split = createStream(1, "split");
    const context = { asset: USDT, terms: TERMS, startTicks: INDEX, stream: createStream(7, "population") };
    drawPopulations(populationParameters.parse({ accounts: 50 }), [context], split, split);
    expect(split.below(2 ** 40)).toBe(createStream(1, "split").below(2 ** 40));
  });

  test("CONS-1 CONS-2 every holder has as many contracts as asked, every contract its even part, balanced by itself", () => {
    const given = fc.record({
      contracts: fc.integer({ min: 2, max: 5 }),
      each: fc.integer({ min: 1, max: 5 }),
      accounts: fc.integer({ min: 10, max: 90 }),
      seed: fc.integer({ min: 0, max: 1000 }),
    });
    fc.assert(
      fc.property(given, ({ contracts, each, accounts, seed }) => {
        fc.pre(each <= contracts);
        const all = draw({ accounts, instrumentsEach: each, size: { median: "250000" } }, contracts, seed);
        const positions = new Map<number, number>();
        for (const own of all) {
          const holders = holdersOf(own);
          expect(holders).toHaveLength(own.count);
          expect(holders).toEqual([...new Set(holders)].sort((a, b) => a - b));
          for (const holder of holders) positions.set(holder, (positions.get(holder) ?? 0) + 1);
          let [lots, value] = [0, 0];
          for (let row = 0; row < own.count; row++) {
            const size = own.lots[row] as number;
            expect(size).not.toBe(0);
            lots += size;
            value += Math.sign(size) * (own.entryValue[row] as number);
          }
          expect([lots, value]).toEqual([0, 0]);
        }
        expect([...positions.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: accounts }, (_, holder) => holder));
        expect(new Set(positions.values())).toEqual(new Set([each]));
        const counts = all.map(({ count }) => count);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 100 },
    );
  });

  test("TIME-2 the same seed gives the same split, another seed another", () => {
    const given = { accounts: 40, instrumentsEach: 1 };
    expect(draw(given, 2)).toEqual(draw(given, 2));
    expect(draw(given, 2, 8).map(holdersOf)).not.toEqual(draw(given, 2).map(holdersOf));
  });

  test("the split is no pattern: neighbours hold the same contract about as often as not", () => {
    const [first] = draw({ accounts: 4000 }, 2);
    const own = new Set(holdersOf(first as Holders));
    // Of each pair of holders in turn one has the first contract: which of them is drawn.
    const pairs = Array.from({ length: 2000 }, (_, pair) => own.has(2 * pair));
    const share = pairs.filter((has) => has).length / pairs.length;
    expect(share).toBeGreaterThan(0.45);
    expect(share).toBeLessThan(0.55);
  });

  test("TIME-2 a contract added at the end changes no position in those before it, where all hold all", () => {
    const before = draw({ accounts: 60, instrumentsEach: 2 }, 2);
    const after = draw({ accounts: 60, instrumentsEach: 3 }, 3);
    expect(after.slice(0, 2)).toEqual(before);
    expect(drawn(before[0] as Holders)).toEqual(draw({ accounts: 60 }, 1)[0]);
  });

  test("nobody at all is a population of every contract", () => {
    expect(draw({ accounts: 0 }, 3).map(({ count }) => count)).toEqual([0, 0, 0]);
  });

  test.each([
    { accounts: 1, contracts: 2, each: 2, least: 2 },
    { accounts: 3, contracts: 2, each: 1, least: 4 },
    { accounts: 9, contracts: 5, each: 1, least: 10 },
    { accounts: 3, contracts: 5, each: 3, least: 4 },
  ])(
    "INST-6 $accounts holders of $each contracts each leave one of $contracts without a counterparty",
    ({ accounts, contracts, each, least }) => {
      const expected = `population.accounts: expected 0 or at least ${least}, so that open interest can balance in each of ${contracts} contracts, got ${accounts}`;
      expect(() => draw({ accounts, instrumentsEach: each }, contracts)).toThrow(expected);
      for (const { count } of draw({ accounts: least, instrumentsEach: each, size: { median: "250000" } }, contracts)) {
        expect(count).toBeGreaterThanOrEqual(2);
      }
    },
  );

  test("what is wrong with the positions of one contract names it", () => {
    expect(() => draw({ accounts: 200, longShare: 0.9, size: { median: "1", spread: 0 } }, 2)).toThrow(
      /^population\.size\.median: .* a holder of A, got/,
    );
  });
});

describe("modes of accounts", () => {
  test("ACCT-2 ACCT-3 crossShare: a holder margins all positions together or none, the same without and with hedgers", () => {
    const all = draw({ accounts: 400, instrumentsEach: 2, crossShare: 0.3 }, 3);
    const modes = new Map<number, Set<number>>();
    for (const own of all) {
      holdersOf(own).forEach((holder, row) => {
        modes.set(holder, (modes.get(holder) ?? new Set()).add(own.isCross?.[row] as number));
      });
    }
    expect([...modes.values()].every(({ size }) => size === 1)).toBe(true);
    const together = [...modes.values()].filter((set) => set.has(1)).length;
    expect(together).toBeGreaterThan(80);
    expect(together).toBeLessThan(160);
  });

  test("ACCT-4 CONS-1 CONS-2 hedgedShare: each hedger has a long and a short leg in each of its contracts, and these balance", () => {
    for (const contracts of [1, 3]) {
      const all = draw({ accounts: 200, instrumentsEach: 2, hedgedShare: 0.4, crossShare: 0.5 }, contracts);
      for (const own of all) {
        const rows = new Map<number, number[]>();
        holdersOf(own).forEach((holder, row) => {
          rows.set(holder, [...(rows.get(holder) ?? []), row]);
        });
        let hedgers = 0;
        for (const of of rows.values()) {
          expect(of.map((row) => own.isHedged?.[row])).toEqual(of.map(() => (of.length === 2 ? 1 : 0)));
          expect(new Set(of.map((row) => own.isCross?.[row])).size).toBe(1);
          if (of.length === 1) continue;
          hedgers += 1;
          expect(of.map((row) => Math.sign(own.lots[row] as number)).sort()).toEqual([-1, 1]);
        }
        expect(hedgers / rows.size).toBeGreaterThan(0.25);
        expect(hedgers / rows.size).toBeLessThan(0.55);
        expect(own.lots.reduce((sum, lots) => sum + lots, 0)).toBe(0);
        const signed = own.entryValue.reduce((sum, value, row) => sum + Math.sign(own.lots[row] as number) * value, 0);
        expect(signed).toBe(0);
      }
    }
  });

  test("a population in which fewer are long than hedge is refused", () => {
    expect(() => draw({ accounts: 100, hedgedShare: 0.9, longShare: 0.05 }, 1)).toThrow(/population.hedgedShare.*exceed/);
  });
});
