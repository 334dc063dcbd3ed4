/**
 * The population: passive holders of leveraged positions as columns. Their open
 * interest is born of trades with each other, so it balances to the lot, and the entry
 * values of longs and shorts to the quantum; where agents start with positions, together with these.
 */
import { type Holders, InputError, OverflowError } from "../sim/index.ts";
import { apportion, shuffledRows } from "./apportion.ts";
import { enterBySide, type SizedPositions, tradeIn } from "./entries.ts";
import { inQuanta, lotsFor } from "./fields.ts";
import { fundPositions } from "./holder-margin.ts";
import type { Modes, PopulationContext } from "./population-context.ts";
import type { PopulationParameters } from "./population-parameters.ts";
import { sizeDrawer, sizeInWords } from "./position-size.ts";

export type { Modes, PopulationContext } from "./population-context.ts";
export { type PopulationParameters, populationParameters } from "./population-parameters.ts";

/** Positions that are open, by row, still without margin. */
export interface OpenPositions {
  readonly count: number;
  readonly lots: Float64Array;
  readonly entryValue: Float64Array;
  /** Whose each is, and 1 for a leg; left out where nobody hedges: row by row. */
  readonly hedged?: { readonly holder: Int32Array; readonly isHedged: Uint8Array };
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
  return addMargin(parameters, context, openPositions(parameters, context, modes.isHedged), modes.isCross);
}

/**
 * The first half of `drawPopulation`: sides, sizes and entry values.
 * @param isHedged by holder
 * @throws InputError as `drawPopulation`
 */
export function openPositions(parameters: PopulationParameters, context: PopulationContext, isHedged: Uint8Array): OpenPositions {
  let hedgers = 0;
  for (const one of isHedged) hedgers += one;
  const count = parameters.accounts + hedgers;
  const positions = { count, lots: new Float64Array(count), entryValue: new Float64Array(count) };
  const { agentLots = 0 } = context;
  if (count === 0 && agentLots !== 0) {
    const { symbol } = context.terms.instrument;
    throw new InputError(
      "population.accounts",
      `expected at least 2, to hold the other side of the ${agentLots} lots of ${symbol} that agents start with, got 0`,
    );
  }
  if (count === 0) return positions;
  if (count === 1) throw new InputError("population.accounts", "expected 0 or at least 2, so that open interest can balance, got 1");
  const order = shuffledRows(context.stream, count);
  const longCount = Math.min(count - 1, Math.max(1, Math.round(count * parameters.longShare)));
  const sized = { ...positions, longs: order.subarray(0, longCount), shorts: order.subarray(longCount) };
  const hedged = hedgers === 0 ? {} : { hedged: share(count, hedgers, isHedged, sized) };
  naming(parameters, () => {
    drawSizes(parameters, context, sized);
    if (parameters.entry === undefined) tradeIn(parameters, context, sized);
    else enterBySide(parameters.entry, context, sized);
  });
  return { ...positions, ...hedged };
}

/**
 * The second half of `drawPopulation`: leverage and margin.
 * @param isCross by holder
 * @throws InputError as `drawPopulation`
 */
export function addMargin(
  parameters: PopulationParameters,
  context: PopulationContext,
  { count, lots, entryValue, hedged }: OpenPositions,
  isCross: Uint8Array,
): Holders {
  const columns = { count, lots, entryValue, margin: new Float64Array(count), leverageHundredths: new Float64Array(count) };
  const isCrossOfRow = hedged === undefined ? isCross : rowsOf(isCross, hedged.holder);
  naming(parameters, () => fundPositions(parameters, context, columns, isCrossOfRow));
  return { ...columns, isCross: isCrossOfRow, ...hedged };
}

/** What each row's holder has in a column by holder. */
export function rowsOf(mode: Uint8Array, holder: Int32Array): Uint8Array {
  const rows = new Uint8Array(holder.length);
  for (let row = 0; row < rows.length; row++) rows[row] = mode[holder[row] as number] as number;
  return rows;
}

/** Says of an amount beyond what can be counted which field asks for it. */
function naming(parameters: PopulationParameters, draw: () => void): void {
  try {
    draw();
  } catch (error) {
    if (!(error instanceof OverflowError)) throw error;
    throw new InputError("population.size", `${sizeInWords(parameters.size).shape} draw too large a position: ${error.message}`);
  }
}

/**
 * Says whose each position is: of those who hedge a long and a short one, of the others one.
 * @throws InputError when one side has fewer positions than hedgers
 */
function share(
  count: number,
  hedgers: number,
  isHedged: Uint8Array,
  { longs, shorts }: Pick<SizedPositions, "longs" | "shorts">,
): Required<OpenPositions>["hedged"] {
  if (hedgers > Math.min(longs.length, shorts.length)) {
    throw new InputError(
      "population.hedgedShare",
      `${hedgers} holders with a long and a short leg exceed ${longs.length} long and ${shorts.length} short positions: expected a longShare nearer to 0.5`,
    );
  }
  const holder = new Int32Array(count).fill(-1);
  let place = 0;
  isHedged.forEach((hedges, account) => {
    if (hedges === 0) return;
    holder[longs[place] as number] = account;
    holder[shorts[place] as number] = account;
    place += 1;
  });
  let other = 0;
  for (let row = 0; row < count; row++) {
    if ((holder[row] as number) >= 0) continue;
    while (isHedged[other] === 1) other += 1;
    holder[row] = other++;
  }
  return { holder, isHedged: rowsOf(isHedged, holder) };
}

/** Draws sizes and scales each side to its lots, largest remainders first, at least a lot each. */
function drawSizes(parameters: PopulationParameters, context: PopulationContext, { longs, shorts, lots }: SizedPositions): void {
  const { asset, stream, startTicks, terms } = context;
  const drawer = (field: "longSize" | "shortSize") =>
    sizeDrawer(parameters[field] ?? parameters.size, asset, parameters[field] === undefined ? "population.size" : `population.${field}`);
  const drawers = { long: drawer("longSize"), short: drawer("shortSize") };
  const isLong = new Uint8Array(lots.length);
  for (const row of longs) isLong[row] = 1;
  const drawn = new Float64Array(lots.length);
  let total = 0;
  for (let row = 0; row < drawn.length; row++) {
    const value = (isLong[row] === 1 ? drawers.long : drawers.short)(stream);
    const size = Math.max(1, lotsFor(value, startTicks, terms.instrument));
    drawn[row] = size;
    total += size;
  }
  if (!Number.isSafeInteger(total)) throw new OverflowError("the open interest", total);
  const sums = lotsOfSides(parameters, context, total);
  for (const [rows, sum, sign] of [[longs, sums.long, 1] as const, [shorts, sums.short, -1] as const]) {
    if (!Number.isSafeInteger(sum)) throw new OverflowError("the open interest", sum);
    if (sum < rows.length) throw tooSmall(parameters, context, sum, rows.length, sign);
    const weights = new Float64Array(rows.length);
    rows.forEach((row, place) => {
      weights[place] = drawn[row] as number;
    });
    const shares = apportion(sum - rows.length, weights);
    rows.forEach((row, place) => {
      lots[row] = sign * ((shares[place] as number) + 1);
    });
  }
}

/** How many lots holders of each side have: with those of agents as many on either. */
function lotsOfSides(parameters: PopulationParameters, context: PopulationContext, drawn: number): { long: number; short: number } {
  const { asset, startTicks, terms, agentLots = 0 } = context;
  const { openInterest } = parameters;
  const { symbol } = terms.instrument;
  const asked = typeof openInterest === "object" ? openInterest[symbol] : openInterest;
  if (asked === undefined) {
    const long = Math.floor((drawn - agentLots) / 2);
    return { long, short: long + agentLots };
  }
  const where = typeof openInterest === "object" ? `population.openInterest.${symbol}` : "population.openInterest";
  const lots = lotsFor(inQuanta(asked, asset, where), startTicks, terms.instrument);
  return { long: lots - Math.max(0, agentLots), short: lots - Math.max(0, -agentLots) };
}

function tooSmall(
  { size, longSize, shortSize, openInterest }: PopulationParameters,
  { terms: { instrument }, agentLots = 0 }: PopulationContext,
  lots: number,
  holders: number,
  sign: 1 | -1,
): InputError {
  const { symbol } = instrument;
  const beside = agentLots === 0 ? "" : ` beside the ${agentLots} lots that agents start with`;
  const left = `leave less than one lot a holder of ${symbol}${beside}, got ${lots} lots for ${holders}`;
  const asked = typeof openInterest === "object" ? openInterest[symbol] : openInterest;
  if (asked !== undefined) {
    const where = typeof openInterest === "object" ? `population.openInterest.${symbol}` : "population.openInterest";
    return new InputError(where, `${sign > 0 ? "longs" : "shorts"} worth ${asked} together ${left}`);
  }
  const own = sign > 0 ? longSize : shortSize;
  const { field, words } = sizeInWords(own ?? size);
  const name = own === undefined ? "size" : sign > 0 ? "longSize" : "shortSize";
  return new InputError(`population.${name}.${field}`, `positions of ${words} ${left}`);
}
