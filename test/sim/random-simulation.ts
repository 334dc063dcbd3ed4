/** Small random simulations: the seed decides venue, fees, population, agents and the jumps of the index. */
import { marketMaker } from "../../agents/market-maker.ts";
import { noiseTrader } from "../../agents/noise-trader.ts";
import { drawPopulation, populationParameters } from "../../agents/population.ts";
import type { AgentStart, SimulationInput } from "../../sim/input.ts";
import { createStream, type RandomStream } from "../../sim/kernel/random.ts";
import type { Ratio } from "../../sim/venue/whole.ts";
import { oneInstrument } from "./one-instrument.ts";
import { instrumentOf, liquidationRulesOf } from "./venue-fixture.ts";

const START_US = 1_600_000_000_000_000;
const STEP_US = 1_000_000;
const START_TICKS = 30_000;

const QUANTA_PER_TICK_LOT: readonly Ratio[] = [
  { numerator: 100, denominator: 1 },
  { numerator: 1, denominator: 1 },
  { numerator: 5, denominator: 2 },
  { numerator: 1, denominator: 3 },
];

/** One of some things. */
function pick<const Things extends readonly unknown[]>(stream: RandomStream, things: Things): Things[number] {
  return things[stream.below(things.length)] as Things[number];
}

export interface RandomChoices {
  /** Steps of the index, one a second. */
  readonly steps?: number;
  /** Accounts of the population at most. */
  readonly holders?: number;
  /** How far entry prices lie from the start. */
  readonly entryDeviation?: number;
  /** More agents, after the others. */
  readonly more?: readonly AgentStart[];
}

/** What a simulation of a seed is given; conservation is checked after every event. */
export function randomInput(
  seed: number,
  { steps = 40, holders = 300, entryDeviation = 0.05, more = [] }: RandomChoices = {},
): SimulationInput {
  const stream = createStream(seed, "test/venue");
  const asset = { symbol: "USDT", quantum: "0.01" };
  const instrument = instrumentOf({
    quantaPerTickLot: pick(stream, QUANTA_PER_TICK_LOT),
    tiers: [
      { upToLots: 50, rate: pick(stream, ["0.004", "0.01"]), maxLeverage: 100 },
      { upToLots: 400, rate: "0.02", maxLeverage: 40 },
      { upToLots: Number.MAX_SAFE_INTEGER, rate: "0.05", maxLeverage: 15 },
    ],
    maker: pick(stream, ["-0.0002", "0", "0.0002"]),
    taker: pick(stream, ["0", "0.0005", "0.001"]),
    liquidation: pick(stream, ["0", "0.0005", "0.005"]),
  });
  const rules = {
    name: "random",
    mark: { rule: pick(stream, ["index", "index-ema"]), averageUs: 10_000_000, clamp: { numerator: 1, denominator: 50 } },
    orders: { selfTradePrevention: pick(stream, ["cancel-oldest", "cancel-newest", "cancel-both"]), priceBand: null },
    closingWindowUs: 1,
    margin: liquidationRulesOf({
      closingFeeInPositionMargin: pick(stream, ["once", "twice"]),
      maintenanceIncludesClosingFee: stream.next() < 0.5,
      closingFeeRate: pick(stream, ["taker", "liquidation"]),
      triggerAt: pick(stream, ["at-or-below", "below"]),
      bankruptcyAt: pick(stream, ["closing-fee", "zero"]),
    }),
    surplusTo: "pool",
    takeoverAt: "bankruptcy",
    adl: {
      policy: "profit-times-leverage",
      eligible: pick(stream, ["all", "profitable"]),
      triggers: ["fund-short"],
      drawdown: null,
      beyond: { numerator: 1, denominator: 20 },
      cancels: "instrument",
      price: "bankruptcy",
      far: { numerator: 1, denominator: 20 },
    },
  } as const;
  // About 20 lots a position, whatever a lot is worth.
  const lot = (START_TICKS * instrument.quantaPerTickLot.numerator) / instrument.quantaPerTickLot.denominator / 100;
  const money = (lots: number) => (lot * lots).toFixed(2);
  const population = populationParameters.parse({
    accounts: 50 + stream.below(holders - 49),
    size: { median: money(20), spread: 1 },
    entryDeviation,
  });
  const drawn = drawPopulation(population, {
    asset,
    terms: { instrument, rules: rules.margin },
    startTicks: START_TICKS,
    stream: createStream(seed, "population"),
  });
  const agents: AgentStart[] = [];
  const context = (name: string) => ({
    ...{ asset, instrument, startTicks: START_TICKS, droughts: [] },
    stream: createStream(seed, `agent/${name}`),
  });
  for (let number = 1; number <= 2; number++) {
    const name = `market-maker/${number}`;
    const given = { size: money(30), inventoryLimit: money(300), deposit: money(pick(stream, [30, 1_000])), leverage: "10", levels: 4 };
    agents.push({ name, ...marketMaker.make(marketMaker.parameters.parse(given), context(name)) });
  }
  for (let number = 1; number <= 3; number++) {
    const name = `noise-trader/${number}`;
    const given = {
      interval: "1s",
      leastSize: money(2),
      mostSize: money(60),
      positionLimit: money(200),
      deposit: money(pick(stream, [5, 300])),
      leverage: "15",
    };
    agents.push({ name, ...noiseTrader.make(noiseTrader.parameters.parse(given), context(name)) });
  }
  return oneInstrument({
    asset,
    instrument,
    rules,
    index: { startUs: START_US, intervalUs: STEP_US, ticks: jumps(stream, steps) },
    holders: drawn,
    agents: [...agents, ...more],
    poolSeedQuanta: pick(stream, [0, 50, 5_000, 1_000_000]) * Math.ceil(lot),
    displacementHalfLifeUs: 10_000_000,
    slowAverageUs: 100_000_000,
    sampleIntervalUs: 5_000_000,
    recordOrders: stream.next() < 0.5,
    checkEveryEvent: true,
  });
}

/** A walk with small steps and a few jumps of up to 60 % either way. */
function jumps(stream: RandomStream, steps: number): Float64Array {
  const ticks = new Float64Array(steps);
  let price = START_TICKS;
  for (let step = 0; step < steps; step++) {
    ticks[step] = Math.max(1, Math.round(price));
    const jump = stream.next() < 0.1 ? (stream.next() * 2 - 1) * 0.6 : (stream.next() * 2 - 1) * 0.01;
    price *= jump > 0 ? 1 + jump : 1 / (1 - jump);
  }
  return ticks;
}
