/**
 * One account with all that decides about its margin, in whole units: what the margin
 * calculator is asked about. Positions, orders and assets refer to each other by index.
 */
import type { Instrument } from "../../venue/instrument.ts";
import type { Rational } from "../../venue/rational.ts";
import type { MarginRules } from "../../venue/rules.ts";

/** 1 for long or buying, −1 for short or selling. */
export type Sign = 1 | -1;

/** A contract with its prices of the moment, in ticks. */
export interface Market {
  readonly instrument: Instrument;
  readonly markTicks: number;
  /** The last trade, where requirements are taken of it (MARK-5). */
  readonly lastTicks: number;
  /** The asset in which it settles. */
  readonly asset: number;
}

/** A slice of an amount of collateral: what of it lies up to a bound counts less its haircut (ACCT-6). */
export interface HaircutTier {
  /** Quanta, inclusive; null without bound. */
  readonly upTo: number | null;
  /** Part of the slice that does not count, from 0 to 1. */
  readonly haircut: Rational;
}

/** An asset of the account. */
export interface PortfolioAsset {
  readonly symbol: string;
  /** Amount of one quantum, a positive decimal. */
  readonly quantum: string;
  /** Cash of the contract wallet in quanta, without the margin of isolated positions; negative when owed. */
  readonly balance: number;
  /** Value of a quantum in quanta of the unit of account (`ACCOUNT_QUANTUM`); of effect for multi-currency accounts. */
  readonly indexPrice: Rational;
  /** Empty: the whole amount counts in full. */
  readonly haircuts: readonly HaircutTier[];
}

/** A position, or in hedge mode a leg. */
export interface PortfolioPosition {
  readonly market: number;
  readonly side: Sign;
  /** Size, not negative. */
  readonly lots: number;
  /** Value at which it was opened, in quanta, as exactly as it is known; booked half to even (INST-3). */
  readonly entryValue: Rational;
  readonly isolated: boolean;
  /** Position margin in quanta; 0 for a cross position. */
  readonly margin: number;
  /** Null: no limit chosen, so the highest of its tier. */
  readonly leverageHundredths: number | null;
}

/** A resting limit order. */
export interface PortfolioOrder {
  readonly market: number;
  readonly side: Sign;
  readonly lots: number;
  readonly ticks: number;
  /** The leg that it opens or closes in hedge mode; null in one-way mode. */
  readonly leg: Sign | null;
  /** It can only take from a position, never add to one: it freezes nothing. */
  readonly reduces: boolean;
  readonly isolated: boolean;
  readonly leverageHundredths: number | null;
}

/** The account. */
export interface Portfolio {
  readonly rules: MarginRules;
  /** `single-currency`: each settlement asset stands alone; `multi-currency`: all count together (ACCT-6). */
  readonly mode: "single-currency" | "multi-currency";
  /** A long and a short leg per contract, each on its own (ACCT-4). */
  readonly hedge: boolean;
  readonly markets: readonly Market[];
  readonly assets: readonly PortfolioAsset[];
  readonly positions: readonly PortfolioPosition[];
  readonly orders: readonly PortfolioOrder[];
}

/** Amount of one quantum of the unit of account, in which a multi-currency account's equity is counted: a millionth of a dollar. */
export const ACCOUNT_QUANTUM = "0.000001";
