/** CONS-1 and CONS-2 of populations of every kind, with agents that start with positions. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawPopulation, populationParameters } from "../../agents/population.ts";
import { drawPopulations } from "../../agents/populations.ts";
import { createStream, type Holders, InputError, valueOf } from "../../sim/index.ts";
import { BTC, INDEX, TERMS, USDT } from "./support.ts";

/** A contract of which a lot at a tick is 7/3 of a quantum: every value is rounded. */
const ROUNDED = { ...TERMS, instrument: { ...BTC, quantaPerTickLot: { numerator: 7, denominator: 3 } } };

function draw(given: unknown, seed: number, context: { agentLots?: number; agentEntryValue?: number; terms?: typeof TERMS } = {}): Holders {
  const parameters = populationParameters.strict().parse(given);
  const stream = createStream(seed, "population");
  return drawPopulation(parameters, { asset: USDT, terms: TERMS, startTicks: INDEX, stream, ...context }, modesOf(parameters));
}

function modesOf({ accounts, hedgedShare }: { accounts: number; hedgedShare: number }) {
  return {
    isCross: new Uint8Array(accounts),
    isHedged: Uint8Array.from({ length: accounts }, (_, account) => Number(account < accounts * hedgedShare)),
  };
}

/** Signed lots and signed entry values of all holders, exactly. */
function sums(holders: Holders): { lots: bigint; value: bigint } {
  let [lots, value] = [0n, 0n];
  for (let row = 0; row < holders.count; row++) {
    const own = holders.lots[row] as number;
    expect(own).not.toBe(0);
    expect(Number.isSafeInteger(own) && Number.isSafeInteger(holders.entryValue[row])).toBe(true);
    lots += BigInt(own);
    value += BigInt(Math.sign(own)) * BigInt(holders.entryValue[row] as number);
  }
  return { lots, value };
}

const part = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const size = fc.oneof(
  fc.record({ median: fc.constantFrom("2000", "60000"), spread: part(0, 2.5) }),
  fc.record({
    distribution: fc.constant("pareto"),
    least: fc.constant("500"),
    most: fc.constantFrom("40000", "9000000"),
    exponent: part(0.3, 3),
  }),
  fc.constant({
    distribution: "quantiles",
    quantiles: [
      { at: 0, value: "1" },
      { at: 0.3, value: "5000" },
      { at: 1, value: "400000" },
    ],
  }),
);
const entries = fc.oneof(
  fc.record({ mean: part(-0.5, 0.8), deviation: part(0, 0.4) }),
  fc.constant({
    quantiles: [
      { at: 0, value: -0.9 },
      { at: 0.5, value: 0.02 },
      { at: 1, value: 3 },
    ],
  }),
);
const leverage = fc.constant([
  { value: "20", weight: 1 },
  { value: "5", weight: 2 },
]);
const population = fc.record(
  {
    accounts: fc.integer({ min: 2, max: 60 }),
    longShare: part(0.01, 0.99),
    hedgedShare: fc.constantFrom(0, 0, 0.1),
    size,
    longSize: size,
    shortSize: size,
    openInterest: fc.constantFrom("100000", "5000000", "123456789.01"),
    entryDeviation: part(0, 0.5),
    entry: fc.record({ long: entries, short: entries }),
    leverageBySize: leverage.map((own) => [
      { upTo: 0.5, leverage: own },
      { upTo: 1, leverage: [{ value: "3", weight: 1 }] },
    ]),
  },
  { requiredKeys: ["accounts", "size"] },
);

describe("balance of any population", () => {
  test("CONS-1 CONS-2 holders and agents together balance to the lot and the quantum, or one line says which field does not", () => {
    let [drawn, withAgents, refused] = [0, 0, 0];
    const agents = fc.oneof(fc.constant(0), fc.integer({ min: -30_000, max: 30_000 }));
    fc.assert(
      fc.property(population, fc.nat(), agents, fc.boolean(), (given, seed, agentLots, isRounded) => {
        const terms = isRounded ? ROUNDED : TERMS;
        let holders: Holders;
        try {
          holders = draw(given, seed, { agentLots, terms });
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect((error as Error).message).toMatch(
            /^population\.(size|longSize|shortSize|openInterest|entry|hedgedShare)[^\n]* got [^\n]*$|^population.hedgedShare: [^\n]*$/,
          );
          refused += 1;
          return;
        }
        drawn += 1;
        if (agentLots !== 0) withAgents += 1;
        const { lots, value } = sums(holders);
        expect(lots).toBe(BigInt(-agentLots));
        expect(value).toBe(BigInt(-Math.sign(agentLots) * valueOf(terms.instrument, INDEX, agentLots)));
        expect(holders.margin.every((margin) => Number.isSafeInteger(margin) && margin > 0)).toBe(true);
      }),
      { numRuns: 600 },
    );
    expect(drawn).toBeGreaterThan(200);
    expect(withAgents).toBeGreaterThan(60);
    expect(refused).toBeGreaterThan(10);
  });

  test("CONS-2 what agents' own values were rounded apart goes to a holder: net lots of nothing, a quantum of value", () => {
    for (const agentEntryValue of [1, -2]) {
      const { lots, value } = sums(draw({ accounts: 40 }, 5, { agentLots: 0, agentEntryValue }));
      expect({ lots, value }).toEqual({ lots: 0n, value: BigInt(-agentEntryValue) });
    }
    const entryValue = valueOf(BTC, INDEX, 500) + 3;
    expect(sums(draw({ accounts: 40 }, 5, { agentLots: 500, agentEntryValue: entryValue }))).toEqual({
      lots: -500n,
      value: BigInt(-entryValue),
    });
  });

  test("holders opposite to agents entered with these at the start price", () => {
    // Agents hold all but what a lot a long holder makes: shorts have nearly all of theirs from agents.
    const holders = draw({ accounts: 10, entryDeviation: 0.4, openInterest: "1200000" }, 3, { agentLots: 9_990 });
    const shorts = Array.from({ length: 10 }, (_, row) => row).filter((row) => (holders.lots[row] as number) < 0);
    expect(shorts.reduce((sum, row) => sum - (holders.lots[row] as number), 0)).toBe(10_000);
    const value = shorts.reduce((sum, row) => sum + (holders.entryValue[row] as number), 0);
    expect(Math.abs(value / (10_000 * INDEX * 100) - 1)).toBeLessThan(0.001);
  });

  test("INST-3 agents that start with nothing change nothing", () => {
    expect(draw({ accounts: 50 }, 9, { agentLots: 0 })).toEqual(draw({ accounts: 50 }, 9));
  });

  test("each contract balances with the agents of its own", () => {
    const parameters = populationParameters.parse({ accounts: 200, instrumentsEach: 2, crossShare: 0.5, openInterest: { B: "2400000" } });
    const agentLots = [700, -300, 0];
    const contexts = agentLots.map((lots, number) => {
      const terms = { ...TERMS, instrument: { ...BTC, symbol: "ABC"[number] as string } };
      return { asset: USDT, terms, startTicks: INDEX, stream: createStream(4, `population/${number}`), agentLots: lots };
    });
    const all = drawPopulations(parameters, contexts, createStream(4, "split"), createStream(4, "modes"));
    expect(all.map((holders) => sums(holders).lots)).toEqual([-700n, 300n, 0n]);
    const longs = (all[1] as Holders).lots.reduce((sum, lots) => sum + Math.max(0, lots), 0);
    expect(longs).toBe(20_000);
  });

  test.each([
    [
      { accounts: 0 },
      5,
      "population.accounts: expected at least 2, to hold the other side of the 5 lots of BTC-USDT that agents start with, got 0",
    ],
    [{ accounts: 1 }, 5, "population.accounts: expected 0 or at least 2, so that open interest can balance, got 1"],
    [
      { accounts: 10, size: { median: "120", spread: 0 } },
      1_000,
      "population.size.median: positions of 120 leave less than one lot a holder of BTC-USDT beside the 1000 lots that agents start with, got -495 lots for 5",
    ],
    [
      { accounts: 10, openInterest: "120000" },
      -1_000,
      "population.openInterest: shorts worth 120000 together leave less than one lot a holder of BTC-USDT beside the -1000 lots that agents start with, got 0 lots for 5",
    ],
    [{ accounts: 10, openInterest: { X: "5" } }, 0, 'population.openInterest.X: expected one of "BTC-USDT" for a symbol, got "5"'],
    [
      { accounts: 10, size: { distribution: "pareto", least: "1", most: "2", exponent: 1 }, longShare: 0.9 },
      0,
      "population.size.least: positions of 1 to 2 leave less than one lot a holder of BTC-USDT, got 5 lots for 9",
    ],
  ])("what cannot balance is refused: %j beside %i lots", (given, agentLots, message) => {
    const context = { asset: USDT, terms: TERMS, startTicks: INDEX, agentLots, stream: createStream(1, "population") };
    const parameters = populationParameters.parse(given);
    const attempt = () => drawPopulations(parameters, [context], createStream(1, "split"), createStream(1, "modes"));
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
  });

  test("entries that cannot balance with agents are refused", () => {
    const entry = { long: { mean: 0, deviation: 0 }, short: { mean: -0.9, deviation: 0 } };
    const given = { accounts: 4, longShare: 0.5, openInterest: "1200000", entry };
    expect(() => draw(given, 1, { agentLots: 9_990 })).toThrow(
      /^population\.entry: expected entries that can balance with the 9990 lots of BTC-USDT/,
    );
  });
});
