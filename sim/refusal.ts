/** Why a command was refused, as stable codes (ORDER-4): a refused command has changed nothing. */
export const REFUSALS = [
  /** Options that contradict each other or the kind of order: two times in force, a market order that only rests. */
  "invalid-options",
  /** No price, or a part of a tick. */
  "invalid-price",
  /** No lots, or a part of one. */
  "invalid-size",
  /** A limit price beyond the venue's band around the mark. */
  "price-outside-limits",
  /** A reduce-only order that would open or extend a position. */
  "would-increase",
  /** The tier of the position after it does not allow the leverage (TIER-3), or no tier holds it (TIER-1). */
  "leverage-above-tier",
  /** The wallet does not hold the order margin (ORDER-2). */
  "insufficient-margin",
  /** A post-only order that would trade at once. */
  "would-cross",
  /** A fill-or-kill order that cannot trade whole at once. */
  "not-fillable",
  /** A stop or take-profit order whose price is reached already. */
  "would-trigger",
  /** No order of this number, or another's. */
  "unknown-order",
  /** An order that traded whole, was cancelled, or was refused. */
  "order-closed",
  /** A change of margin by nothing, or by a part of a quantum. */
  "invalid-amount",
  /** A change of the margin of a position that is not there. */
  "no-position",
  /** A change of the margin of a cross position, which has none of its own (ACCT-2). */
  "cross-margin",
  /** A change of the margin of a position that is being liquidated. */
  "in-liquidation",
  /** Margin that the position needs for its initial margin (ACCT-2). */
  "below-initial-margin",
] as const;

/** A stable code of a refusal (ORDER-4). */
export type Refusal = (typeof REFUSALS)[number];
