/**
 * What of a cross scope goes with each of its positions (MARGIN-5): its part of the equity by
 * maintenance margin, which fixes its bankruptcy price, and the cash that is taken over with it.
 */
import { maintenanceMargin, type Position, profitAt } from "../clearing/margin.ts";
import { spread } from "../kernel/spread.ts";
import { valueOf } from "../venue/instrument.ts";
import type { CrossLeg, CrossStanding } from "./standing.ts";

/** One position of a scope. */
export interface Part extends Pick<CrossLeg, "venue" | "number"> {
  /** As an isolated position would be that has the same equity, and so the same bankruptcy price: its margin may be negative. */
  readonly position: Position;
  /** What of the scope's cash belongs to it: its equity less what is counted of its profit; quanta, negative for a winner. */
  readonly cash: number;
}

/**
 * The positions of a scope in their order, its orders being cancelled.
 * @param equity of the scope in quanta of the settlement asset; left out: with what other assets count for (ACCT-6)
 */
export function partsOf(standing: CrossStanding, account: number, equity: number = standing.settlementFigures(account).equity): Part[] {
  const held = standing.held(account);
  const values = held.map(({ venue, lots }) => valueOf(venue.terms.instrument, venue.markTicks, lots));
  const profits = held.map(({ lots, entryValue }, place) => profitAt(lots, entryValue, values[place] as number));
  const shares = spread(equity, weightsOf(held, values));
  return held.map(({ venue, number, lots, entryValue }, place) => {
    const [share, profit] = [shares[place] as number, profits[place] as number];
    // Legs of one contract net first: what is not counted of their profit is left with the first.
    const isFirst = held.findIndex((leg) => leg.venue === venue) === place;
    const net = held.reduce((sum, leg, other) => (leg.venue === venue ? sum + (profits[other] as number) : sum), 0);
    const counted = isFirst ? profit - (net - standing.countedIn(account, venue.number)) : profit;
    return { venue, number, position: { lots, entryValue, margin: share - profit }, cash: share - counted };
  });
}

/** Maintenance margins; where none is required, values, and where these are nothing either, lots. */
function weightsOf(held: readonly CrossLeg[], values: readonly number[]): readonly number[] {
  const margins = held.map(({ venue: { terms }, lots, entryValue }, place) =>
    maintenanceMargin(terms, lots, terms.rules.positionValueAt === "entry" ? entryValue : (values[place] as number)),
  );
  for (const weights of [margins, values]) if (weights.some((weight) => weight > 0)) return weights;
  return held.map(({ lots }) => Math.abs(lots));
}
