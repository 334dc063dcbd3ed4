/** Who of the population holds a position in which contract: each holder in some of them, each contract with its part. */
import { type Holders, InputError, type RandomStream, shuffle } from "../sim/index.ts";
import { drawPopulation, type Modes, type PopulationContext, type PopulationParameters } from "./population.ts";

/**
 * Draws the holders' positions in every contract. Each contract's open interest balances
 * by itself; the holders of all of them are numbered from 0.
 * @param contexts of the contracts, each with a stream of its own (TIME-2)
 * @param split the stream that says who holds what; not drawn from where all hold all
 * @param modes the stream that says whose positions are margined together; not drawn from where none are
 * @throws InputError as `drawPopulation`, and when a contract would be left with less than two holders
 */
export function drawPopulations(
  parameters: PopulationParameters,
  contexts: readonly PopulationContext[],
  split: RandomStream,
  modes: RandomStream,
): Holders[] {
  const { isCross, isHedged } = drawModes(parameters, modes);
  const [only] = contexts;
  if (only !== undefined && contexts.length === 1) return [drawPopulation(parameters, only, { isCross, isHedged })];
  return splitHolders(parameters, contexts.length, split).map((members, instrument) => {
    const own = (mode: Uint8Array) => Uint8Array.from(members, (account) => mode[account] as number);
    const context = contexts[instrument] as PopulationContext;
    const modesOfOwn = { isCross: own(isCross), isHedged: own(isHedged) };
    const drawn = drawPopulation({ ...parameters, accounts: members.length }, context, modesOfOwn);
    if (drawn.holder === undefined) return { ...drawn, holder: members };
    return { ...drawn, holder: drawn.holder.map((member) => members[member] as number) };
  });
}

/** Who margins all positions together, and who hedges. */
function drawModes({ accounts, crossShare, hedgedShare }: PopulationParameters, stream: RandomStream): Modes {
  const draw = (part: number) => Uint8Array.from({ length: accounts }, () => (part > 0 && stream.next() < part ? 1 : 0));
  return { isCross: draw(crossShare), isHedged: draw(hedgedShare) };
}

/**
 * Which holders have a position in each of several contracts, in rising order: the numbers of
 * holders of any two contracts differ by at most one.
 */
function splitHolders({ accounts, instrumentsEach }: PopulationParameters, instruments: number, stream: RandomStream): Int32Array[] {
  const each = Math.min(instrumentsEach, instruments);
  const least = Math.ceil((2 * instruments) / each);
  if (accounts > 0 && accounts < least) {
    throw new InputError(
      "population.accounts",
      `expected 0 or at least ${least}, so that open interest can balance in each of ${instruments} contracts, got ${accounts}`,
    );
  }
  const holders = Array.from({ length: instruments }, (): number[] => []);
  const all = holders.map((_, instrument) => instrument);
  for (let account = 0; account < accounts; account++) {
    for (const instrument of each === instruments ? all : emptiest(holders, each, stream)) holders[instrument]?.push(account);
  }
  return holders.map((own) => Int32Array.from(own));
}

/** The contracts with the fewest holders so far, by lot among equals. */
function emptiest(holders: readonly number[][], count: number, stream: RandomStream): number[] {
  const order = shuffle(
    stream,
    holders.map((_, instrument) => instrument),
  );
  return order.sort((a, b) => (holders[a] as number[]).length - (holders[b] as number[]).length).slice(0, count);
}
