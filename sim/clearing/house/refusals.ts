/** Why the clearing house refuses a command: stable words (ORDER-4). A refused command changes nothing. */
export type Refusal =
  /** An amount that is no positive whole number of quanta. */
  | "invalid-amount"
  | "invalid-size"
  | "invalid-price"
  /** Below 1, or no whole number of hundredths. */
  | "invalid-leverage"
  /** A funding or spot wallet where the wallet is unified (ACCT-1). */
  | "no-such-wallet"
  | "same-wallet"
  /** The wallet has less cash than the amount. */
  | "insufficient-balance"
  /** What stays would not cover positions and orders (ACCT-1, ORDER-2, ACCT-3). */
  | "insufficient-margin"
  /** The contract has settled (INST-5). */
  | "expired"
  | "duplicate-order"
  | "no-such-order"
  /** A fill on another contract, side or leg than the order's, or worse than its limit. */
  | "order-mismatch"
  | "exceeds-order"
  | "leg-required"
  | "leg-not-allowed"
  /** Closing more than the leg, other closing orders counted (ORDER-2). */
  | "exceeds-leg"
  /** TIER-3. */
  | "leverage-above-tier"
  | "no-position"
  /** Adjusting the margin of a cross position (ACCT-2). */
  | "not-isolated"
  /** Taking out more than leaves the initial margin (ACCT-2). */
  | "below-initial-margin"
  /** Changing a mode while something is open (ACCT-3, ACCT-4). */
  | "has-position"
  | "has-order"
  /** A trade of an account with itself. */
  | "same-account";
