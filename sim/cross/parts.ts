/**
 * What of a cross scope goes with each of its positions (MARGIN-5): its part of the equity by
 * maintenance margin, which fixes its bankruptcy price, and the cash that is taken over with it.
 */
import { maintenanceMargin, type Position, profitAt } from "../clearing/margin.ts";
import { spread } from "../kernel/spread.ts";
import { valueOf } from "../venue/instrument.ts";
import type { CrossStanding, CrossVenue } from "./standing.ts";

/** One position of a scope. */
export interface Part {
  readonly venue: CrossVenue;
  /** As an isolated position would be that has the same equity, and so the same bankruptcy price: its margin may be negative. */
  readonly position: Position;
  /** What of the scope's cash belongs to it: its equity less what is counted of its profit; quanta, negative for a winner. */
  readonly cash: number;
}

/** The positions of a scope by number of the instrument, its orders being cancelled. Their cash is that of the scope, to the quantum. */
export function partsOf(standing: CrossStanding, account: number): Part[] {
  const held = standing.held(account);
  const { equity } = standing.figures(account);
  const values = held.map(({ terms, accounts, markTicks }) =>
    valueOf(terms.instrument, markTicks, accounts.positionLots[account] as number),
  );
  const shares = spread(equity, weightsOf(held, account, values));
  return held.map((venue, place) => {
    const lots = venue.accounts.positionLots[account] as number;
    const entryValue = venue.accounts.entryValue[account] as number;
    const share = shares[place] as number;
    const margin = share - profitAt(lots, entryValue, values[place] as number);
    return { venue, position: { lots, entryValue, margin }, cash: share - standing.countedIn(account, venue.number) };
  });
}

/** Maintenance margins; where none is required, values, and where these are nothing either, lots. */
function weightsOf(held: readonly CrossVenue[], account: number, values: readonly number[]): readonly number[] {
  const margins = held.map(({ terms, accounts }, place) => {
    const judged = terms.rules.positionValueAt === "entry" ? (accounts.entryValue[account] as number) : (values[place] as number);
    return maintenanceMargin(terms, accounts.positionLots[account] as number, judged);
  });
  for (const weights of [margins, values]) if (weights.some((weight) => weight > 0)) return weights;
  return held.map(({ accounts }) => Math.abs(accounts.positionLots[account] as number));
}
