/** A market maker's ladder: orders of one size on both sides of a centre, each level further from it than the one before. */
import { BUY, SELL } from "../sim/index.ts";
import { addQuote, type Quotes } from "./open-orders.ts";

/** Nobody makes a market further from its centre, part of price: there quotes would only catch orders that ask for no price, at next to nothing. */
const FURTHEST = 0.5;

/** What a ladder is made of. */
export interface LadderTerms {
  readonly levels: number;
  /** Of each order; below 1 there is no ladder. */
  readonly lots: number;
  /** Position, and what it may become on either side. */
  readonly heldLots: number;
  readonly limitLots: number;
  /** Distance of a level from the centre, counted from 0, part of price. */
  readonly distanceOf: (level: number) => number;
  /** Price so far from the centre, ticks; below it negative. */
  readonly priceAt: (distance: number) => number;
}

/** Lots by side and price, nearest first: whole ticks away from the centre, at least one between the sides. */
export function ladder({ levels, lots, heldLots, limitLots, distanceOf, priceAt }: LadderTerms): Quotes {
  const wanted: Quotes = new Map();
  if (lots < 1) return wanted;
  for (let level = 0; level < levels; level++) {
    const distance = distanceOf(level);
    if (distance > FURTHEST) break;
    const room = lots * (level + 1);
    const buyTicks = Math.max(1, Math.floor(priceAt(-distance)));
    const sellTicks = Math.max(buyTicks + 1, Math.ceil(priceAt(distance)));
    if (heldLots + room <= limitLots) addQuote(wanted, BUY, buyTicks, lots);
    if (-heldLots + room <= limitLots) addQuote(wanted, SELL, sellTicks, lots);
  }
  return wanted;
}
