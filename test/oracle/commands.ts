/**
 * What the clearing house is told and asked, as plain JSON: the commands of the random
 * histories that prove the fast clearing house against the oracle. Amounts are whole
 * quanta, sizes whole lots, prices whole ticks, all as numbers; rates, sizes of units and
 * index prices are decimal text.
 *
 * A refused command changes nothing (ORDER-4) and answers one of `refusals`. Checks are
 * made in the order in which the codes stand beside each command. An account, asset,
 * instrument or pool that does not exist is a mistake of the caller, not a refusal: it throws.
 *
 * ## Where the clauses leave room
 *
 * Value and initial margin
 *  1. `V(ticks, lots)` is rounded half to even (UNIT-3). Initial margin of a value at a leverage =
 *     ⌈value ÷ leverage⌉ + ⌈value × closing rate⌉, the second term twice under
 *     `closingFeeInPositionMargin: twice`, wherever an initial margin is needed (opening, orders, what
 *     must stay). The closing rate is `closingFeeRate`'s; it is in the initial margin even when
 *     `maintenanceIncludesClosingFee` is false.
 *  2. The value of a position (requirement, tier, initial margin) is V at the mark, at the last price or
 *     the entry value (`positionValueAt`); the closing fee in requirement and initial margin is of V at the mark, as MARGIN-2
 *     says, whatever `positionValueAt` is. The order formula of ORDER-2 values its sizes, closing fees too, at the mark
 *     (`mark`, `entry`) or at the last price (`last`). Unrealised profit and losses at once are always at the mark.
 *  3. Tier of a size: by lots or by that rounded value, whichever unit the table's bound has; a size beyond
 *     the last bound stands in the last tier. Maintenance margin is computed exactly (flat: value × the tier's rate, a
 *     deduction is ignored; marginal: value × rate − deduction, or the sum of slices for a table without
 *     deductions), rounded up once, never below 0. Marginal slices of a table bounded by contracts (or base of linear,
 *     quote of inverse): slice of lots ÷ lots × value × rate.
 *  4. `tiersIncludeOpenOrders`: the position counts as m = max(|pos + Σ buys|, |pos − Σ sells|) lots (hedge: leg +
 *     Σ opening orders of the leg) for tier, maintenance margin and closing fee, isolated as well as cross;
 *     its value is V(m), under `entry` the entry value + V(mark, m − |pos|). A cross instrument with orders and no
 *     position thus has a requirement; an isolated one without position is no scope.
 *
 * Orders
 *  5. Frozen (one-way, ORDER-2): IM(m) − IM(|pos|) + Σ opening fees + Σ losses at once. Which part of an order
 *     opens: the buys take the short position down in price-time order (highest price first, then the lower
 *     order id; sells: lowest price first); what is left of them opens. Opening fee of an order =
 *     ⌈V(its ticks, its opening lots) × taker rate⌉. Loss at once = the loss of those lots at the mark,
 *     max(0, V(ticks) − V(mark)) for a linear buy, each rounded as a value; nothing nets between orders.
 *     IM(|pos|) is at the same price as IM(m).
 *     Hedge: per leg IM(leg + Σ opens) − IM(leg) + fees + losses of its opening orders (all of their lots open).
 *     Closing orders freeze nothing; with the closing orders already there they may not exceed the leg.
 *  6. Frozen amounts are computed when the account's orders, position or leverage in that instrument change,
 *     at the mark (last) of that moment, and stay until the next change: a moving mark does not touch them. In hedge
 *     mode each leg has its own, and changes with its own leg alone. Margin and funding are no such change.
 *  7. The cash of a frozen amount stays in the contract wallet. `available` of a scope (asset) =
 *     wallet + Σ counted unrealised profit (ACCT-5, at the current mark) − Σ IM of cross positions − Σ frozen (all
 *     instruments, isolated and cross). `free` = the same with the sum of counted profit cut at 0 from above:
 *     unrealised profit may carry a cross order but never leaves the scope. Cross orders and cross leverage
 *     need available ≥ 0 afterwards; whatever takes cash out of the scope (transfer, withdrawal,
 *     isolated order, margin added, isolated leverage) needs free ≥ 0 afterwards. An order that does
 *     not raise the frozen amount, and a change of leverage that raises neither it nor (cross) the IM of the position and moves
 *     no margin in (isolated), is accepted whatever is available.
 *  8. Leverage against tiers (TIER-3): the tier at m with the order, valued as in 4; judged only if m grows.
 *
 * Fills
 *  9. Each side of a trade books the same V(ticks, lots). A fill that flips is two, one wholly after the other, 14
 *     included: the closing part at V(ticks, closing lots), the opening part at the rest of the value. Fees ⌈part × rate⌉ each.
 * 10. Reducing c of n lots releases half-even(entry value × c ÷ n), and isolated half-even(margin × c ÷ n); all at c = n.
 * 11. Isolated close: remaining = margin + profit (whole margin, before release); fee = min(fee, max(0, remaining)).
 *     cash = released margin + profit − fee goes to the wallet; negative cash is taken from the margin that
 *     stays, and beyond it from the pool (as far as it has, then from the house).
 * 12. Isolated open: fee = min(fee, max(0, wallet)), from the wallet; then min(IM of the opening part's value,
 *     max(0, wallet)) moves into the margin. A fill is never refused for want of margin: the book has made it.
 * 13. Cross: profit and fee on the contract wallet, which may turn negative; remaining after the profit and the
 *     new position are booked = max(0, wallet, equity before order fees), equity = wallet + Σ counted profit − frozen isolated
 *     (as they stood before this fill; the orders' amounts are frozen anew after the fill). Rebates are never cut.
 * 14. A single-currency account that is left without cross position in an asset and with a negative contract
 *     wallet: the pool of the instrument (then the house) makes it zero, at once. Multi-currency: `convert`.
 * 15. Pools pay down to zero, the house pays the rest and may be negative.
 *
 * Cross equity (query `scope`): wallet + Σ counted profit − frozen isolated − opening fees of cross orders (the part of
 * `frozen` that is fees). Spot sell orders and option purchases do not exist here: zero.
 * ACCT-5 `own`: min(u, requirement) with the requirement of MARGIN-2 incl. open orders where they count; in
 * hedge mode u of both legs is summed first and stands against both requirements.
 *
 * Multi-currency (ACCT-6)
 * 16. Only contract wallets count. Per asset e = wallet + Σ counted profit − frozen isolated − cross order fees. e ≥ 0 counts
 *     Σ slices of e by the haircut tiers × index × (1 − haircut); e < 0 counts e × index. Rounded half to even per
 *     asset to whole millionths of a dollar. No table: haircut 0. Requirements: per asset the sum, × index, rounded up.
 *     `available`: Σ worth(wallet + Σ counted − frozen isolated) − Σ ⌈(Σ IM cross + frozen cross) × index⌉.
 *     `free`: the same with counted profit cut at 0 per asset, and wallet − frozen isolated ≥ 0 in the asset the cash leaves.
 *     Remaining for a fee or funding in asset A = max(0, wallet, ⌊effective equity before order fees ÷ index of A⌋).
 * 17. `convert`: assets in the setup's order; for each negative contract wallet the other positive contract wallets are
 *     sold, largest worth (16, of the wallet alone; none with worth 0) first, ties in the setup's order, until the hole is
 *     closed. The proceeds of an amount sold are its own unrounded worth (16: the slices count from the bottom for the
 *     amount sold) ÷ the index of the asset bought. Sold is the least whole number of quanta whose proceeds reach the
 *     hole; exactly the hole is credited. If all of the wallet does not reach, all of it is sold and
 *     half-even(proceeds) is credited. The house takes the other side of both.
 *
 * Funding and settlement
 * 18. `funding`: amount = ⌈V(mark) × |rate|⌉ per paying position (rate > 0: longs pay). First all payments, by account,
 *     net or long leg before short; then the receipts: the total of all payers by largest remainder
 *     over V(mark) of the receiving positions, ties by account (a side has one position per account). Isolated pays
 *     min(amount, margin) from its margin, cross min(amount, remaining of 13 or 16) from the wallet; the rest the pool, then the
 *     house. Isolated receives into its margin, cross into its wallet.
 * 19. `settle`: cancels all orders of the instrument, then closes all positions at the exact price. The
 *     total value half-even(V(price, Σ long lots)) is shared by largest remainder over the longs, and again
 *     over the shorts, ties by account. No fee. Isolated as in 11, cross as in 13 and 14. Then the
 *     instrument is expired.
 *
 * Adjustments
 * 20. Margin may be taken out while margin + min(u, 0) − amount ≥ IM of the position. Changed leverage of an
 *     isolated position (either way): if margin + min(u, 0) is below the IM at the new leverage, the difference is moved in.
 * 21. Setting a mode or leverage to what it is already is accepted and does nothing.
 */

/** Refusals, each a stable word. */
export const refusals = [
  "invalid-amount", // an amount that is no positive whole number of quanta
  "invalid-size", // lots that are no positive whole number
  "invalid-price", // ticks that are no positive whole number
  "invalid-leverage", // below 1 (100 hundredths) or no whole number
  "no-such-wallet", // a funding or spot wallet where the wallet is unified
  "same-wallet",
  "insufficient-balance", // the wallet has less cash than the amount
  "insufficient-margin", // what stays would not cover positions and orders (ACCT-1, ORDER-2, ACCT-3)
  "expired", // the instrument has settled (INST-5)
  "duplicate-order",
  "no-such-order",
  "order-mismatch", // the fill is not on the order's instrument, side or leg, or is worse than its limit
  "exceeds-order", // more lots than the order has left
  "leg-required", // hedge mode and no leg named
  "leg-not-allowed", // one-way mode and a leg named
  "exceeds-leg", // closing more than the leg, other closing orders counted (ORDER-2)
  "leverage-above-tier", // TIER-3
  "no-position",
  "not-isolated", // adjusting the margin of a cross position (ACCT-2)
  "below-initial-margin", // ACCT-2
  "has-position", // ACCT-3, ACCT-4
  "has-order", // ACCT-3, ACCT-4
  "same-account", // a trade of an account with itself
] as const;
export type Refusal = (typeof refusals)[number];

export type Wallet = "funding" | "spot" | "contract";
export type Side = "buy" | "sell";
export type Leg = "long" | "short";
export type MarginMode = "isolated" | "cross";
export type PositionMode = "one-way" | "hedge";
export type AccountMode = "single-currency" | "multi-currency";

/** Rule fields under the names of RULES.md, as in `venue` of a calculator's document. */
export interface Rules {
  readonly walletModel: "separate" | "unified";
  readonly marginModeChange: "instrument" | "account";
  readonly unrealizedProfitAsMargin: "none" | "own" | "all";
  readonly positionValueAt: "mark" | "last" | "entry";
  readonly tiersIncludeOpenOrders: boolean;
  readonly closingFeeInPositionMargin: "once" | "twice";
  readonly maintenanceIncludesClosingFee: boolean;
  readonly closingFeeRate: "taker" | "liquidation";
  readonly triggerAt: "at-or-below" | "below";
}

export interface SetupTier {
  /** Inclusive, in `unit`; null: no bound. All tiers of a table have one unit. */
  readonly upTo: string | null;
  readonly unit: "quote" | "base" | "contracts";
  readonly maintenanceMarginRate: string;
  readonly maxLeverage: string;
  /** In natural units of the settlement asset; all tiers of a table have one, or none has. */
  readonly deduction?: string;
}

export interface SetupInstrument {
  readonly symbol: string;
  readonly kind: "linear" | "inverse";
  readonly productLine: "perpetual" | "delivery";
  /** The pool is (product line, underlying, settle). */
  readonly underlying: string;
  readonly settle: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly multiplier: string;
  /** Inverse only. */
  readonly faceValue?: string;
  readonly tierScheme: "flat" | "marginal";
  readonly tiers: readonly SetupTier[];
  readonly fees: { readonly maker: string; readonly taker: string; readonly liquidation: string };
  /** First mark and last price. */
  readonly markTicks: number;
  readonly lastTicks: number;
}

export interface SetupAsset {
  readonly symbol: string;
  readonly quantum: string;
  /** Dollars of one whole unit, decimal text. */
  readonly index: string;
  /** Haircut tiers (ACCT-6) over the amount, marginal; null or absent bound: the rest. Empty: haircut 0. Beyond a last bound: haircut of the last tier. */
  readonly collateral: readonly { readonly upTo: string | null; readonly haircut: string }[];
}

/**
 * The world before the first command. Accounts are numbered 0…n−1; each begins one-way, every
 * instrument cross at leverage 1 (both legs), all wallets 0. Pools and house begin with 0.
 */
export interface Setup {
  readonly rules: Rules;
  readonly assets: readonly SetupAsset[];
  readonly instruments: readonly SetupInstrument[];
  readonly accounts: readonly AccountMode[];
}

export interface Party {
  readonly account: number;
  /** The order that is filled; absent: a fill without order (liquidation, deleveraging), which frees nothing. */
  readonly order?: number;
  /** Hedge mode: the leg moved (buy long and sell short open, sell long and buy short close). */
  readonly leg?: Leg;
  readonly liquidity: "maker" | "taker" | "liquidation";
}

export type Command =
  // The world: never refused.
  | { readonly op: "mark"; readonly instrument: string; readonly ticks: number }
  | { readonly op: "last"; readonly instrument: string; readonly ticks: number }
  | { readonly op: "index"; readonly asset: string; readonly price: string }
  /** Cash from outside into the pool of the instrument; counts as a deposit in CONS-2. */
  | { readonly op: "seed"; readonly instrument: string; readonly amount: number }
  // Money. invalid-amount, no-such-wallet; deposit nothing more
  | { readonly op: "deposit"; readonly account: number; readonly asset: string; readonly wallet: Wallet; readonly amount: number }
  // insufficient-balance; from the contract wallet insufficient-margin
  | { readonly op: "withdraw"; readonly account: number; readonly asset: string; readonly wallet: Wallet; readonly amount: number }
  // invalid-amount, no-such-wallet (either), same-wallet, insufficient-balance, from the contract wallet insufficient-margin
  | {
      readonly op: "transfer";
      readonly account: number;
      readonly asset: string;
      readonly from: Wallet;
      readonly to: Wallet;
      readonly amount: number;
    }
  /** Decision 17; single-currency accounts: nothing happens. */
  | { readonly op: "convert"; readonly account: number }
  // Orders. invalid-size, invalid-price, expired, duplicate-order (among the account's open orders), leg-required, leg-not-allowed,
  // exceeds-leg (closing), leverage-above-tier (opening), insufficient-margin. Order ids are chosen by the caller; time priority is by id.
  | {
      readonly op: "place";
      readonly account: number;
      readonly order: number;
      readonly instrument: string;
      readonly side: Side;
      readonly leg?: Leg;
      readonly lots: number;
      readonly ticks: number;
    }
  // no-such-order
  | { readonly op: "cancel"; readonly account: number; readonly order: number }
  /**
   * The buyer's checks, then the seller's; then the buyer is booked, then the seller. invalid-size, invalid-price, expired, same-account;
   * per party: with order: no-such-order, order-mismatch (instrument, side, leg absent in one and present in the other or different, or a
   * price worse than the limit), exceeds-order; without: leg-required, leg-not-allowed; with either: exceeds-leg (closing more than the leg).
   */
  | {
      readonly op: "trade";
      readonly instrument: string;
      readonly lots: number;
      readonly ticks: number;
      readonly buyer: Party;
      readonly seller: Party;
    }
  // Adjustments. invalid-amount, leg-required, leg-not-allowed, not-isolated, no-position, then insufficient-balance (amount > wallet), insufficient-margin
  | { readonly op: "add-margin"; readonly account: number; readonly instrument: string; readonly leg?: Leg; readonly amount: number }
  // the same four, then below-initial-margin
  | { readonly op: "remove-margin"; readonly account: number; readonly instrument: string; readonly leg?: Leg; readonly amount: number }
  /** invalid-leverage, leg-required, leg-not-allowed, leverage-above-tier (tier at m with open orders, also m = 0: tier 1), insufficient-margin. */
  | {
      readonly op: "leverage";
      readonly account: number;
      readonly instrument: string;
      readonly leg?: Leg;
      readonly leverageHundredths: number;
    }
  // has-position, has-order (in the instrument, or in any under `marginModeChange: account`)
  | { readonly op: "margin-mode"; readonly account: number; readonly instrument: string; readonly mode: MarginMode }
  // has-position, has-order (in any instrument). One-way leverage becomes that of both legs; the long leg's becomes the one-way's.
  | { readonly op: "position-mode"; readonly account: number; readonly mode: PositionMode }
  // Events. expired
  | { readonly op: "funding"; readonly instrument: string; readonly rate: string }
  /** The settlement price is `numerator ÷ denominator` ticks: an average is seldom a whole tick. expired. */
  | { readonly op: "settle"; readonly instrument: string; readonly numerator: number; readonly denominator: number };

/** Null: done. */
export type Answer = Refusal | null;

export interface PositionState {
  readonly account: number;
  readonly instrument: string;
  /** Null in one-way mode. */
  readonly leg: Leg | null;
  /** Signed. */
  readonly lots: number;
  readonly entryValue: number;
  /** 0 when cross. */
  readonly margin: number;
}

/** Everything that must be equal after every command; lists in the order of accounts, instruments, net or long before short, ids. Zero entries are left out. */
export interface State {
  readonly wallets: readonly { readonly account: number; readonly asset: string; readonly wallet: Wallet; readonly amount: number }[];
  readonly positions: readonly PositionState[];
  readonly orders: readonly { readonly account: number; readonly order: number; readonly lots: number }[];
  /** Per instrument and leg (null in one-way mode). */
  readonly frozen: readonly {
    readonly account: number;
    readonly instrument: string;
    readonly leg: Leg | null;
    readonly amount: number;
    readonly fees: number;
  }[];
  /** Per pool, `product line/underlying/settle`, in order of instruments. */
  readonly pools: readonly { readonly pool: string; readonly amount: number }[];
  readonly house: readonly { readonly asset: string; readonly amount: number }[];
}

/** A scope: an isolated position, the cross positions in one asset, or (multi-currency) all of them, asset null. */
export type Scope =
  | { readonly kind: "isolated"; readonly account: number; readonly instrument: string; readonly leg?: Leg }
  | { readonly kind: "cross"; readonly account: number; readonly asset: string | null };

/** MARGIN-3 in whole quanta of the asset (multi-currency: millionths of a dollar). */
export interface Standing {
  readonly equity: number;
  readonly requirement: number;
  readonly atRisk: boolean;
}

/** What both clearing houses are to the driver. */
export interface ClearingHouse {
  apply(command: Command): Answer;
  state(): State;
  standing(scope: Scope): Standing;
  /** Decision 7, 16: in the asset's quanta; multi-currency: asset null, millionths of a dollar. */
  available(account: number, asset: string | null): number;
  free(account: number, asset: string | null): number;
}
