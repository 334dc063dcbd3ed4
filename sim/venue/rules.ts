/**
 * A venue's rules: one field a choice, by the names of the clauses. A field selects a
 * rule; nothing anywhere asks for a venue's name.
 */
import type { Ratio } from "./whole.ts";

/** How the mark price follows index and book (MARK-2). */
export interface MarkRules {
  /**
   * `index`: the index itself; `index-ema`: index + clamped average of (mid − index);
   * `index-basis`: index × (1 + funding rate × time to funding / interval); `median`: of
   * that, index + average of (mid − index), and the last trade.
   */
  readonly rule: "index" | "index-ema" | "index-basis" | "median";
  /** Time constant of the average, microseconds. */
  readonly averageUs: number;
  /** Largest distance of the mark from the index, as a part of the index. */
  readonly clamp: Ratio;
}

/** How the index is made of external markets (MARK-1), and what the venue itself adds to it (MARK-4). */
export interface IndexRules {
  /** Mean weighted by the markets' weights, or their weighted median. */
  readonly combine: "mean" | "median";
  /** A market that has not updated for longer is dropped, microseconds. */
  readonly staleAfterUs: number;
  /** Share of the index that the venue's own last trade makes up: 0 to 1. */
  readonly ownMarketWeight: Ratio;
}

/** Funding (MARK-3). Rates are whole hundred-millionths (1e-8) of value, so that payments are exact. */
export interface FundingRules {
  /** Payments fall on multiples of it since the Unix epoch, microseconds. */
  readonly intervalUs: number;
  /** Interest of an interval. */
  readonly interestHundredMillionths: number;
  /** How far (interest − premium) may move the rate, either way. */
  readonly clampHundredMillionths: number;
  /** Largest rate of an interval, either way. */
  readonly capHundredMillionths: number;
  /** Value of the order whose mean price is the impact price, quanta. */
  readonly impactNotionalQuanta: number;
}

/** Accounts, requirements and what is reduced (ACCT-1, ACCT-3, ACCT-5, MARK-5, TIER-2, MARGIN-1..5, LIQ-3). */
export interface MarginRules {
  /** Whether the position margin holds the closing fee once, or once more as S0's prose has it (MARGIN-1). */
  readonly closingFeeInPositionMargin: "once" | "twice";
  /** Whether the requirement counts the closing fee (MARGIN-2). */
  readonly maintenanceIncludesClosingFee: boolean;
  /** The rate of that fee (MARGIN-2). */
  readonly closingFeeRate: "taker" | "liquidation";
  /** Whether a ratio of exactly 100 % is at risk (MARGIN-3). */
  readonly triggerAt: "at-or-below" | "below";
  /** What is left at the bankruptcy price (MARGIN-5). */
  readonly bankruptcyAt: "closing-fee" | "zero";
  /** How far unrealised profit carries a cross scope (ACCT-5). */
  readonly unrealizedProfitAsMargin: "none" | "own" | "all";
  /** The price of the value that requirements are taken of (MARK-5). */
  readonly positionValueAt: "mark" | "last" | "entry";
  /** Whether open orders count toward tier, maintenance margin and fee (TIER-2). */
  readonly tiersIncludeOpenOrders: boolean;
  /** What a liquidation reduces first (LIQ-3). */
  readonly partialLiquidation: "full" | "tier-step" | "ladder" | "fraction" | "just-enough" | "to-initial";
  /** For `fraction`. */
  readonly fraction: FractionRules;
  /** Wallets of an account (ACCT-1). */
  readonly walletModel: "separate" | "unified";
  /** What must be empty for the margin mode to change (ACCT-3). */
  readonly marginModeChange: "instrument" | "account";
}

/** How `fraction` reduces a position (LIQ-3). */
export interface FractionRules {
  /** Part of the position that is closed at a time. */
  readonly part: Ratio;
  /** Notional in the quote asset, a decimal, above which it is; a smaller position goes whole. */
  readonly above: string;
  /** How long after it the next order is for all of it, microseconds. */
  readonly coolDownUs: number;
}

/** Who gets what a liquidation leaves over: of the margin, and by fills better than bankruptcy (LIQ-5). */
export type SurplusTo = "pool" | "trader" | "vault";

/** When the backstop vault takes a position with what is left of its margin (LIQ-4). */
export interface BackstopRules {
  /** Below which part of its maintenance margin its equity must have fallen: above 0, at most 1. */
  readonly belowMaintenance: Ratio;
}

/** Insurance fund pools (FUND-2..4). */
export interface FundRules {
  /** When what liquidations gain and lose is booked: at once, or until the next 08:00 UTC it is pending (FUND-3). */
  readonly settlement: FundSettlement;
  /** Who bears what not even ADL could place and the pool not pay (FUND-4). */
  readonly residual: Residual;
  /** Part of every trading and liquidation fee that is the pool's; null: none (FUND-2). */
  readonly feeShare: Ratio | null;
}
export type Residual = "house" | "pro-rata-profit" | "per-open-interest";
export type FundSettlement = "continuous" | "daily";

/** Auto-deleveraging (ADL-3..5). */
export interface AdlRules {
  /** Name of a policy in `sim/clearing/adl/policies.ts`. */
  readonly policy: string;
  readonly eligible: "all" | "profitable";
  /** What of a takeover goes to ADL (ADL-1): what the pool cannot cover, or all that the mark has left without equity, before the pool covers any of it. */
  readonly triggers: readonly AdlTrigger[];
  /** Of the trigger `drawdown`. */
  readonly drawdown: DrawdownRules | null;
  /** Of the trigger `mark-beyond-bankruptcy`: how far, as a part of the value at mark, the mark is beyond. */
  readonly beyond: Ratio;
  /** Whose orders a selected account loses first: those of the instrument, or all of the account (ADL-4). */
  readonly cancels: "instrument" | "account";
  readonly price: AdlPrice;
  /** For `bankruptcy-unless-far`: from which distance on, as a part of the value at mark, the mark counts. */
  readonly far: Ratio;
}

/** When auto-deleveraging comes (ADL-1). */
export const ADL_TRIGGERS = ["fund-short", "negative-equity", "mark-beyond-bankruptcy", "drawdown", "declared"] as const;
export type AdlTrigger = (typeof ADL_TRIGGERS)[number];

/** When a falling pool brings ADL (ADL-1, ADL-2). */
export interface DrawdownRules {
  readonly windowUs: number;
  /** What available has fallen from: its highest in the window, or its average over time. */
  readonly reference: "peak" | "average";
  /** Part of the reference from which on it begins, and below which it ends; null: the same. */
  readonly start: Ratio;
  readonly stop: Ratio | null;
  /** Never while the reference is below, quanta. */
  readonly aboveQuanta: number;
}

/** At which price counterparties are closed (ADL-5). */
export type AdlPrice = "bankruptcy" | "mark" | "previous-mark" | "bankruptcy-unless-far";

/** What a venue takes as an order (ORDER-1, ORDER-4). */
export interface OrderRules {
  /** What happens when an order meets one of its own account. */
  readonly selfTradePrevention: SelfTradePrevention;
  /** How far beyond the mark a buy may be limited, or a sell below it, as a part of the mark; null: no limit. */
  readonly priceBand: Ratio | null;
}

/** Which of two orders of one account that meet is cancelled (ORDER-1). */
export type SelfTradePrevention = "cancel-oldest" | "cancel-newest" | "cancel-both";

/** Everything a venue decides. */
export interface VenueRules {
  readonly name: string;
  readonly mark: MarkRules;
  /** Left out: the mean, markets dropped after ten seconds, no weight of its own. */
  readonly index?: IndexRules;
  /** Null or left out: the venue pays no funding. */
  readonly funding?: FundingRules | null;
  readonly margin: MarginRules;
  readonly adl: AdlRules;
  readonly surplusTo: SurplusTo;
  /** Left out: settled continuously, no part of fees, what is left the house's. */
  readonly fund?: FundRules;
  /** At which value the engine takes a position over (LIQ-4). */
  readonly takeoverAt: "bankruptcy" | "mark";
  /** Null or left out: no vault takes positions. */
  readonly backstop?: BackstopRules | null;
  readonly orders: OrderRules;
  /** What the index is averaged over before a delivery contract expires, microseconds (INST-5). */
  readonly closingWindowUs: number;
}
