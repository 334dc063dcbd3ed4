/** Who of the population holds a position in which contract: each holder in some of them, each contract with its part. */
import { type Holders, InputError, type RandomStream, shuffle, valueOf, weightedIndex } from "../sim/index.ts";
import { bandsOf } from "./apportion.ts";
import { addMargin, type OpenPositions, openPositions } from "./population.ts";
import type { PopulationContext } from "./population-context.ts";
import type { PopulationParameters } from "./population-parameters.ts";

/**
 * Draws the holders' positions in every contract. Each contract's open interest balances
 * by itself; the holders of all of them are numbered from 0.
 * @param contexts of the contracts, each with a stream of its own (TIME-2)
 * @param split the stream that says who holds what; not drawn from where all hold all
 * @param modes the stream that says whose positions are margined together; not drawn from where none are
 * @throws InputError as `drawPopulation`, when a contract would be left with less than two
 * holders, and when an open interest is asked of a contract that is not there
 */
export function drawPopulations(
  parameters: PopulationParameters,
  contexts: readonly PopulationContext[],
  split: RandomStream,
  modes: RandomStream,
): Holders[] {
  checkSymbols(parameters, contexts);
  const { accounts, crossShare, crossShareBySize, hedgedShare } = parameters;
  // Drawn first whichever of the two fields is given: the same share for all sizes makes the same holders cross.
  const luck = crossShareBySize === undefined ? null : Float64Array.from({ length: accounts }, () => modes.next());
  const isCross = drawMode(crossShareBySize === undefined ? crossShare : 0, accounts, modes);
  const isHedged = drawMode(hedgedShare, accounts, modes);
  const members = contexts.length === 1 ? [null] : splitHolders(parameters, contexts.length, split);
  const opened = contexts.map((context, number): OpenPositions => {
    const own = members[number] ?? null;
    return own === null
      ? openPositions(parameters, context, isHedged)
      : openPositions({ ...parameters, accounts: own.length }, context, pick(isHedged, own));
  });
  if (luck !== null) crossBySize(parameters, luck, sizesOf(accounts, contexts, opened, members), isCross);
  return opened.map((positions, number) => {
    const context = contexts[number] as PopulationContext;
    const own = members[number] ?? null;
    if (own === null) return addMargin(parameters, context, positions, isCross);
    const drawn = addMargin(parameters, context, positions, pick(isCross, own));
    return { ...drawn, holder: drawn.holder === undefined ? own : drawn.holder.map((member) => own[member] as number) };
  });
}

/** @throws InputError for an open interest of a contract that is none of these */
function checkSymbols({ openInterest }: PopulationParameters, contexts: readonly PopulationContext[]): void {
  if (typeof openInterest !== "object") return;
  const symbols = contexts.map(({ terms }) => terms.instrument.symbol);
  for (const [symbol, amount] of Object.entries(openInterest)) {
    if (symbols.includes(symbol)) continue;
    throw new InputError(
      `population.openInterest.${symbol}`,
      `expected one of ${symbols.map((known) => JSON.stringify(known)).join(", ")} for a symbol, got ${JSON.stringify(amount)}`,
    );
  }
}

/** Who has a mode that a part of the holders have. */
function drawMode(part: number, accounts: number, stream: RandomStream): Uint8Array {
  const drawn = new Uint8Array(accounts);
  if (part > 0) for (let account = 0; account < accounts; account++) drawn[account] = stream.next() < part ? 1 : 0;
  return drawn;
}

/** Who margins all positions together, by the value of these. */
function crossBySize({ crossShareBySize = [] }: PopulationParameters, luck: Float64Array, sizes: Float64Array, isCross: Uint8Array): void {
  const bands = bandsOf(
    sizes,
    crossShareBySize.map(({ upTo }) => upTo),
  );
  for (let account = 0; account < luck.length; account++) {
    const share = crossShareBySize[bands[account] as number]?.share as number;
    isCross[account] = (luck[account] as number) < share ? 1 : 0;
  }
}

/** The value of each holder's positions at the start prices. */
function sizesOf(
  accounts: number,
  contexts: readonly PopulationContext[],
  opened: readonly OpenPositions[],
  members: readonly (Int32Array | null)[],
): Float64Array {
  const sizes = new Float64Array(accounts);
  opened.forEach(({ count, lots, hedged }, number) => {
    const { terms, startTicks } = contexts[number] as PopulationContext;
    const own = members[number] ?? null;
    for (let row = 0; row < count; row++) {
      const member = hedged === undefined ? row : (hedged.holder[row] as number);
      const account = own === null ? member : (own[member] as number);
      sizes[account] = (sizes[account] as number) + valueOf(terms.instrument, startTicks, lots[row] as number);
    }
  });
  return sizes;
}

function pick(mode: Uint8Array, members: Int32Array): Uint8Array {
  const own = new Uint8Array(members.length);
  for (let member = 0; member < own.length; member++) own[member] = mode[members[member] as number] as number;
  return own;
}

/**
 * Which holders have a position in each of several contracts, in rising order: the numbers of
 * holders of any two contracts differ by at most one.
 */
function splitHolders(parameters: PopulationParameters, instruments: number, stream: RandomStream): Int32Array[] {
  const { accounts } = parameters;
  const each = drawEach(parameters, instruments, stream);
  let positions = 0;
  for (const own of each) positions += own;
  if (accounts > 0 && positions < 2 * instruments) throw tooFew(parameters, instruments);
  const holders = Array.from({ length: instruments }, () => new Int32Array(Math.ceil(positions / instruments)));
  const counts = new Array<number>(instruments).fill(0);
  const all = counts.map((_, instrument) => instrument);
  for (let account = 0; account < accounts; account++) {
    const own = each[account] as number;
    for (const instrument of own === instruments ? all : emptiest(counts, own, stream)) {
      const place = counts[instrument] as number;
      (holders[instrument] as Int32Array)[place] = account;
      counts[instrument] = place + 1;
    }
  }
  return holders.map((own, instrument) => own.subarray(0, counts[instrument]));
}

/** In how many contracts each holder has a position. */
function drawEach({ accounts, instrumentsEach }: PopulationParameters, instruments: number, stream: RandomStream): Uint8Array {
  if (typeof instrumentsEach === "number") return new Uint8Array(accounts).fill(Math.min(instrumentsEach, instruments));
  const weights = instrumentsEach.map(({ weight }) => weight);
  const each = new Uint8Array(accounts);
  for (let account = 0; account < accounts; account++) {
    each[account] = Math.min(instruments, instrumentsEach[weightedIndex(stream, weights)]?.value as number);
  }
  return each;
}

function tooFew({ accounts, instrumentsEach }: PopulationParameters, instruments: number): InputError {
  const least =
    typeof instrumentsEach === "number"
      ? `0 or at least ${Math.ceil((2 * instruments) / Math.min(instrumentsEach, instruments))}`
      : "0 or more of them";
  const expected = `expected ${least}, so that open interest can balance in each of ${instruments} contracts, got ${accounts}`;
  return new InputError("population.accounts", expected);
}

/** The contracts with the fewest holders so far, by lot among equals. */
function emptiest(counts: readonly number[], wanted: number, stream: RandomStream): number[] {
  const order = shuffle(
    stream,
    counts.map((_, instrument) => instrument),
  );
  return order.sort((a, b) => (counts[a] as number) - (counts[b] as number)).slice(0, wanted);
}
