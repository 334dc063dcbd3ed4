/** At which prices holders entered: values that balance between the sides, to the quantum, with what agents start with. */
import { InputError, normal, OverflowError, type RandomStream, valueOf } from "../sim/index.ts";
import { apportion } from "./apportion.ts";
import type { PopulationContext } from "./population-context.ts";
import type { PopulationParameters, SideEntries } from "./population-parameters.ts";
import { drawQuantile } from "./quantiles.ts";

/** Positions whose sizes are drawn: the rows of either side, in the order in which they trade. */
export interface SizedPositions {
  readonly longs: Uint32Array;
  readonly shorts: Uint32Array;
  readonly lots: Float64Array;
  /** Filled here. */
  readonly entryValue: Float64Array;
}

/** What agents start with, signed as their lots are. */
export interface AgentPosition {
  readonly lots: number;
  readonly value: number;
}

/** What agents hold in a contract when a run begins. */
export function agentPositionOf({ terms, startTicks, agentLots = 0, agentEntryValue }: PopulationContext): AgentPosition {
  if (agentLots === 0) return { lots: 0, value: agentEntryValue ?? 0 };
  return { lots: agentLots, value: agentEntryValue ?? Math.sign(agentLots) * valueOf(terms.instrument, startTicks, agentLots) };
}

/**
 * Lets longs and shorts have traded with each other, each trade at a price of its own, and
 * who is left with the agents, at the start price.
 */
export function tradeIn(parameters: PopulationParameters, context: PopulationContext, positions: SizedPositions): void {
  const { terms, startTicks, stream } = context;
  const { longs, shorts, lots } = positions;
  const lotsOf = (rows: Uint32Array, place: number) => (place < rows.length ? Math.abs(lots[rows[place] as number] as number) : 0);
  let long = 0;
  let short = 0;
  let longLeft = lotsOf(longs, 0);
  let shortLeft = lotsOf(shorts, 0);
  while (long < longs.length && short < shorts.length) {
    const traded = Math.min(longLeft, shortLeft);
    const priceTicks = Math.max(1, Math.round(startTicks * (1 + normal(stream, 0, parameters.entryDeviation))));
    const value = valueOf(terms.instrument, priceTicks, traded);
    add(positions, longs[long] as number, value);
    add(positions, shorts[short] as number, value);
    longLeft -= traded;
    shortLeft -= traded;
    if (longLeft === 0) longLeft = lotsOf(longs, ++long);
    if (shortLeft === 0) shortLeft = lotsOf(shorts, ++short);
  }
  if (long < longs.length) tradeWithAgents(context, positions, longs.subarray(long), longLeft);
  if (short < shorts.length) tradeWithAgents(context, positions, shorts.subarray(short), shortLeft);
  const agents = agentPositionOf(context);
  // Agents on both sides, as many lots each: what their values were rounded apart goes to a holder of the dearer side.
  if (agents.lots === 0 && agents.value !== 0) add(positions, (agents.value > 0 ? shorts : longs)[0] as number, Math.abs(agents.value));
}

/** @param firstLeft what the first of the rows has not traded yet */
function tradeWithAgents(context: PopulationContext, positions: SizedPositions, rows: Uint32Array, firstLeft: number): void {
  const { instrument } = context.terms;
  const agents = agentPositionOf(context);
  const total = Math.abs(agents.value);
  let traded = 0;
  let booked = 0;
  rows.forEach((row, place) => {
    traded += place === 0 ? firstLeft : Math.abs(positions.lots[row] as number);
    // Of the sum so far, so that roundings do not add up; the last one has whatever the agents' own positions were rounded to.
    const value = place === rows.length - 1 ? total : Math.min(total, valueOf(instrument, context.startTicks, traded));
    add(positions, row, value - booked);
    booked = value;
  });
}

function add({ entryValue }: SizedPositions, row: number, value: number): void {
  const sum = (entryValue[row] as number) + value;
  if (!Number.isSafeInteger(sum)) throw new OverflowError(`entry value of holder ${row}`, sum);
  entryValue[row] = sum;
}

/**
 * Draws each holder's entry price from its side's distribution, then moves both sides in
 * proportion, each half of the way, so that their values agree.
 * @throws InputError when the agents' positions leave one side no value at all
 */
export function enterBySide(
  entry: NonNullable<PopulationParameters["entry"]>,
  context: PopulationContext,
  positions: SizedPositions,
): void {
  const { lots, longs, shorts, entryValue } = positions;
  const drawers = { long: entryDrawer(entry.long), short: entryDrawer(entry.short) };
  for (let row = 0; row < lots.length; row++) {
    const own = lots[row] as number;
    const deviation = (own > 0 ? drawers.long : drawers.short)(context.stream);
    // At the price of a tick at least, or of a quantum where that is more.
    const ticks = Math.max(1, context.startTicks * (1 + deviation));
    const value = valueOf(context.terms.instrument, context.startTicks, own);
    entryValue[row] = Math.max(1, Math.round((value * ticks) / context.startTicks));
  }
  const drawn = { long: valueOn(longs, entryValue), short: valueOn(shorts, entryValue) };
  const agents = agentPositionOf(context);
  const longTotal = Math.floor((drawn.long + drawn.short - agents.value) / 2);
  const shortTotal = longTotal + agents.value;
  if (longTotal <= 0 || shortTotal <= 0) {
    throw new InputError(
      "population.entry",
      `expected entries that can balance with the ${Math.abs(agents.lots)} lots of ${context.terms.instrument.symbol} that agents start with, got longs of ${drawn.long} and shorts of ${drawn.short} quanta against ${Math.abs(agents.value)}`,
    );
  }
  moveTo(longTotal, longs, entryValue);
  moveTo(shortTotal, shorts, entryValue);
}

function entryDrawer(entries: SideEntries): (stream: RandomStream) => number {
  if (!("quantiles" in entries)) return (stream) => normal(stream, entries.mean, entries.deviation);
  const { quantiles } = entries;
  const table = { at: Float64Array.from(quantiles, ({ at }) => at), value: Float64Array.from(quantiles, ({ value }) => value) };
  return (stream) => drawQuantile(stream, table);
}

function valueOn(rows: Uint32Array, entryValue: Float64Array): number {
  let sum = 0;
  for (const row of rows) sum += entryValue[row] as number;
  if (!Number.isSafeInteger(sum)) throw new OverflowError("entry value of a side", sum);
  return sum;
}

/** Scales the values of rows so that they come to a total. */
function moveTo(total: number, rows: Uint32Array, entryValue: Float64Array): void {
  const weights = new Float64Array(rows.length);
  rows.forEach((row, place) => {
    weights[place] = entryValue[row] as number;
  });
  const shares = apportion(total, weights);
  rows.forEach((row, place) => {
    entryValue[row] = shares[place] as number;
  });
}
