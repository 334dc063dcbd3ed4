/**
 * The population: passive holders of leveraged positions as columns. Their open
 * interest is born of trades with each other, so it balances to the lot, and the entry
 * values of longs and shorts to the quantum.
 */
import { z } from "zod";
import {
  type Asset,
  type Holders,
  InputError,
  initialMargin,
  lognormal,
  type MarginTerms,
  normal,
  OverflowError,
  profitAt,
  type RandomStream,
  requirement,
  shuffle,
  spread,
  tierOf,
  valueOf,
  weightedIndex,
} from "../sim/index.ts";
import { collateralParameters } from "./collateral.ts";
import { inHundredths, inQuanta, leverage, lotsFor, money, number, whole } from "./fields.ts";

const LEVERAGES = [
  { value: "3", weight: 15 },
  { value: "5", weight: 20 },
  { value: "10", weight: 30 },
  { value: "20", weight: 20 },
  { value: "50", weight: 10 },
  { value: "100", weight: 5 },
];

/** Fields of a scenario's `population`. */
export const populationParameters = z.object({
  accounts: whole(20_000, 0, 10_000_000).describe("holders of all contracts; each has a position at the start"),
  instrumentsEach: whole(1, 1, 64).describe("in how many of the contracts each holder has a position, drawn evenly; they share one wallet"),
  crossShare: number(0, 0, 1).describe("part of the holders who margin all their positions together (cross), over one wallet"),
  hedgedShare: number(0, 0, 1).describe("part of the holders who have a long and a short leg in each of their contracts (hedge mode)"),
  collateral: z.array(collateralParameters).default([]).describe("other assets that holders in cross margin have (multi-currency mode)"),
  longShare: number(0.5, 0.01, 0.99).describe("part of the holders who are long; the open interest of both sides is equal all the same"),
  size: z
    .strictObject({
      median: money("6000").describe("median value of a position, settlement asset"),
      spread: number(1.5, 0, 4).describe("standard deviation of the logarithm of values"),
    })
    .prefault({})
    .describe("lognormal distribution of position values"),
  leverage: z
    .array(
      z.strictObject({
        value: leverage(),
        weight: z.number({ error: "expected a number of at least 0" }).min(0, { error: "expected a number of at least 0" }),
      }),
    )
    .min(1, { error: "expected at least one leverage" })
    .refine((entries) => entries.some((entry) => entry.weight > 0), { error: "expected a weight above 0" })
    .default(LEVERAGES)
    .describe("leverage settings and how frequent they are"),
  entryDeviation: number(0.03, 0, 0.5).describe("standard deviation of entry prices around the start price, part of it"),
  startRatio: number(1.5, 1, 100).describe("least margin ratio anybody starts with: who would have less starts with less leverage"),
});

export type PopulationParameters = z.output<typeof populationParameters>;

/** What the holders of one contract are drawn for. */
export interface PopulationContext {
  readonly asset: Asset;
  readonly terms: MarginTerms;
  readonly startTicks: number;
  readonly stream: RandomStream;
}

/** How each holder's account is set, by number: 1 for yes. */
export interface Modes {
  /** It margins its positions together. */
  readonly isCross: Uint8Array;
  /** It has a long and a short leg. */
  readonly isHedged: Uint8Array;
}

/**
 * Draws the positions in one contract: one for each of the accounts, for one that hedges two.
 * @throws InputError when the sizes leave less than one lot a holder, so that no balance
 * exists, or when a position is too large to count (UNIT-1)
 */
export function drawPopulation(
  parameters: PopulationParameters,
  context: PopulationContext,
  modes: Modes = { isCross: new Uint8Array(parameters.accounts), isHedged: new Uint8Array(parameters.accounts) },
): Holders {
  const hedgers = modes.isHedged.reduce((sum, one) => sum + one, 0);
  const count = parameters.accounts + hedgers;
  const holders: Holders = {
    count,
    lots: new Float64Array(count),
    entryValue: new Float64Array(count),
    margin: new Float64Array(count),
    leverageHundredths: new Float64Array(count),
    isCross: modes.isCross,
  };
  if (count === 0) return holders;
  if (count === 1) throw new InputError("population.accounts", "expected 0 or at least 2, so that open interest can balance, got 1");
  const order = shuffle(
    context.stream,
    Array.from({ length: count }, (_, account) => account),
  );
  const longCount = Math.min(count - 1, Math.max(1, Math.round(count * parameters.longShare)));
  const longs = order.slice(0, longCount);
  const shorts = order.slice(longCount);
  const shared = hedgers === 0 ? holders : { ...holders, ...share(count, modes, longs, shorts) };
  try {
    drawSizes(parameters, context, holders, longs, shorts);
    tradeIn(parameters, context, holders, longs, shorts);
    for (let row = 0; row < count; row++) fund(parameters, context, shared, row);
  } catch (error) {
    if (!(error instanceof OverflowError)) throw error;
    const { median, spread: deviation } = parameters.size;
    throw new InputError(
      "population.size",
      `a median of ${median} and a spread of ${deviation} draw too large a position: ${error.message}`,
    );
  }
  return shared;
}

/**
 * Says whose each position is: of those who hedge a long and a short one, of the others one.
 * @throws InputError when one side has fewer positions than hedgers
 */
function share(
  count: number,
  { isCross, isHedged }: Modes,
  longs: readonly number[],
  shorts: readonly number[],
): Required<Pick<Holders, "holder" | "isCross" | "isHedged">> {
  const accounts = [...isHedged.keys()];
  const hedgers = accounts.filter((account) => isHedged[account] === 1);
  if (hedgers.length > Math.min(longs.length, shorts.length)) {
    throw new InputError(
      "population.hedgedShare",
      `${hedgers.length} holders with a long and a short leg exceed ${longs.length} long and ${shorts.length} short positions: expected a longShare nearer to 0.5`,
    );
  }
  const holder = new Int32Array(count).fill(-1);
  hedgers.forEach((account, place) => {
    for (const row of [longs[place] as number, shorts[place] as number]) holder[row] = account;
  });
  const others = accounts.filter((account) => isHedged[account] === 0);
  let next = 0;
  holder.forEach((account, row) => {
    if (account < 0) holder[row] = others[next++] as number;
  });
  const ofRow = (mode: Uint8Array) => Uint8Array.from(holder, (account) => mode[account] as number);
  return { holder, isCross: ofRow(isCross), isHedged: ofRow(isHedged) };
}

/** Draws sizes and scales each side to the same open interest, largest remainders first, at least a lot each. */
function drawSizes(
  parameters: PopulationParameters,
  context: PopulationContext,
  holders: Holders,
  longs: number[],
  shorts: number[],
): void {
  const median = inQuanta(parameters.size.median, context.asset, "population.size.median");
  const drawn = Array.from(holders.lots, () => {
    const value = lognormal(context.stream, median, parameters.size.spread);
    return Math.max(1, lotsFor(value, context.startTicks, context.terms.instrument));
  });
  const total = drawn.reduce((sum, lots) => sum + lots, 0);
  if (!Number.isSafeInteger(total)) throw new OverflowError("the open interest", total);
  const openInterest = Math.floor(total / 2);
  for (const [side, sign] of [[longs, 1] as const, [shorts, -1] as const]) {
    if (openInterest < side.length) {
      throw new InputError(
        "population.size.median",
        `positions of ${parameters.size.median} leave less than one lot a holder of ${context.terms.instrument.symbol}, got ${openInterest} lots for ${side.length}`,
      );
    }
    const weights = side.map((account) => drawn[account] as number);
    spread(openInterest - side.length, weights).forEach((lots, place) => {
      holders.lots[side[place] as number] = sign * (lots + 1);
    });
  }
}

/** Lets longs and shorts have traded with each other, each trade at a price of its own. */
function tradeIn(parameters: PopulationParameters, context: PopulationContext, holders: Holders, longs: number[], shorts: number[]): void {
  const { terms, startTicks, stream } = context;
  let long = 0;
  let short = 0;
  let longLeft = Math.abs(holders.lots[longs[0] as number] as number);
  let shortLeft = Math.abs(holders.lots[shorts[0] as number] as number);
  while (long < longs.length && short < shorts.length) {
    const lots = Math.min(longLeft, shortLeft);
    const priceTicks = Math.max(1, Math.round(startTicks * (1 + normal(stream, 0, parameters.entryDeviation))));
    const value = valueOf(terms.instrument, priceTicks, lots);
    for (const account of [longs[long] as number, shorts[short] as number]) {
      const entryValue = (holders.entryValue[account] as number) + value;
      if (!Number.isSafeInteger(entryValue)) throw new OverflowError(`entry value of holder ${account}`, entryValue);
      holders.entryValue[account] = entryValue;
    }
    longLeft -= lots;
    shortLeft -= lots;
    if (longLeft === 0) {
      long += 1;
      longLeft = Math.abs(holders.lots[longs[long] as number] ?? 0);
    }
    if (shortLeft === 0) {
      short += 1;
      shortLeft = Math.abs(holders.lots[shorts[short] as number] ?? 0);
    }
  }
}

/** Leverage and margin of one holder: the leverage drawn, or the next lower one that leaves it healthy at the start. */
function fund(parameters: PopulationParameters, context: PopulationContext, holders: Holders, account: number): void {
  const { terms, startTicks } = context;
  const lots = holders.lots[account] as number;
  const entryValue = holders.entryValue[account] as number;
  const value = valueOf(terms.instrument, startTicks, lots);
  const asked = requirement(terms, lots, value);
  const needed = Math.ceil(asked * parameters.startRatio);
  const profit = countedProfit(terms, profitAt(lots, entryValue, value), asked, holders.isCross?.[account] === 1);
  const drawn = inHundredths(
    parameters.leverage[
      weightedIndex(
        context.stream,
        parameters.leverage.map((entry) => entry.weight),
      )
    ]?.value as string,
  );
  const most = Math.min(drawn, tierOf(terms.instrument.tiers, lots, value).maxLeverageHundredths);
  const settings = [most, ...lowerSettings(parameters, most)];
  for (const setting of settings) {
    const margin = initialMargin(terms, entryValue, setting);
    holders.leverageHundredths[account] = setting;
    holders.margin[account] = margin;
    if (margin + profit >= needed) return;
  }
  holders.margin[account] = needed - profit;
}

/** What of a profit is margin: all of an isolated position's, of a cross one's what the venue counts (ACCT-5). */
function countedProfit({ rules: { unrealizedProfitAsMargin } }: MarginTerms, profit: number, asked: number, isCross: boolean): number {
  if (!isCross || unrealizedProfitAsMargin === "all") return profit;
  return Math.min(profit, unrealizedProfitAsMargin === "none" ? 0 : asked);
}

function lowerSettings(parameters: PopulationParameters, most: number): number[] {
  return parameters.leverage
    .map((entry) => inHundredths(entry.value))
    .filter((setting) => setting < most)
    .sort((a, b) => b - a);
}
