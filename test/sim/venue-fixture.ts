/** A venue by hand: one contract and its rules with round numbers, everything a test does not care about given. */

import { Accounts, FIRST_TRADER_ACCOUNT } from "../../sim/clearing/accounts.ts";
import type { AdlPolicy } from "../../sim/clearing/adl/policy.ts";
import { profitTimesLeverage } from "../../sim/clearing/adl/profit-times-leverage.ts";
import { Cash } from "../../sim/clearing/cash.ts";
import { Pool } from "../../sim/clearing/insurance-fund.ts";
import { Ledger } from "../../sim/clearing/ledger.ts";
import type { MarginTerms } from "../../sim/clearing/margin.ts";
import { Exchange } from "../../sim/exchange.ts";
import type { Period } from "../../sim/input.ts";
import { judge } from "../../sim/judge.ts";
import { offBookRules } from "../../sim/off-book.ts";
import { Record as RunRecord } from "../../sim/record.ts";
import { Vault, type VaultDesk } from "../../sim/vault.ts";
import { parseRatio } from "../../sim/venue/decimal.ts";
import type { Instrument } from "../../sim/venue/instrument.ts";
import type { AdlRules, FundRules, MarginRules, OrderRules, SurplusTo, VenueRules } from "../../sim/venue/rules.ts";
import type { Ratio } from "../../sim/venue/whole.ts";
import { Waterfall } from "../../sim/waterfall.ts";
import { checkConservation } from "./clearing/check-conservation.ts";

/** A tier as tests write it: the bound in lots, the rest in decimals. */
export interface TierText {
  readonly upToLots: number;
  readonly rate: string;
  readonly maxLeverage: number;
}

export interface InstrumentText {
  readonly quantaPerTickLot?: Ratio;
  readonly tiers?: readonly TierText[];
  readonly maker?: string;
  readonly taker?: string;
  readonly liquidation?: string;
}

/** A linear contract; unless told: a lot is worth a quantum a tick, maintenance 1 %, leverage up to 100, no fees. */
export function instrumentOf(given: InstrumentText = {}): Instrument {
  const tiers = given.tiers ?? [{ upToLots: Number.MAX_SAFE_INTEGER, rate: "0.01", maxLeverage: 100 }];
  return {
    symbol: "BTC-USDT",
    kind: "linear",
    productLine: "perpetual",
    expiryUs: null,
    underlying: "BTC",
    settleAsset: "USDT",
    tickSize: "1",
    lotSize: "1",
    multiplier: "1",
    faceValue: null,
    quantaPerTickLot: given.quantaPerTickLot ?? { numerator: 1, denominator: 1 },
    tiers: {
      scheme: "flat",
      boundBy: "lots",
      tiers: tiers.map(({ upToLots, rate, maxLeverage }) => ({
        upTo: upToLots,
        maintenanceMarginRate: parseRatio(rate, "rate"),
        maxLeverageHundredths: maxLeverage * 100,
        deduction: null,
      })),
    },
    fees: {
      maker: parseRatio(given.maker ?? "0", "maker"),
      taker: parseRatio(given.taker ?? "0", "taker"),
      liquidation: parseRatio(given.liquidation ?? "0", "liquidation"),
    },
  };
}

/** Margin rules; unless told those without fees: at or below, bankrupt at zero. */
export function liquidationRulesOf(given: Partial<MarginRules> = {}): MarginRules {
  return {
    closingFeeInPositionMargin: "once",
    maintenanceIncludesClosingFee: false,
    closingFeeRate: "taker",
    triggerAt: "at-or-below",
    bankruptcyAt: "zero",
    unrealizedProfitAsMargin: "all",
    positionValueAt: "mark",
    tiersIncludeOpenOrders: false,
    partialLiquidation: "full",
    fraction: { part: { numerator: 1, denominator: 5 }, above: "100000", coolDownUs: 30_000_000 },
    walletModel: "separate",
    marginModeChange: "instrument",
    ...given,
  };
}

/** ADL rules: by profit times leverage at bankruptcy prices, when the fund is short. */
export const PLAIN_ADL: AdlRules = {
  policy: "profit-times-leverage",
  eligible: "all",
  triggers: ["fund-short"],
  drawdown: null,
  beyond: { numerator: 1, denominator: 20 },
  cancels: "instrument",
  price: "bankruptcy",
  far: { numerator: 1, denominator: 20 },
};

/** A whole venue's rules, with the index as mark. */
export const QUIET_RULES: VenueRules = {
  name: "quiet",
  mark: { rule: "index", averageUs: 1_000_000, clamp: { numerator: 1, denominator: 10 } },
  margin: liquidationRulesOf(),
  surplusTo: "pool",
  takeoverAt: "bankruptcy",
  adl: PLAIN_ADL,
  orders: { selfTradePrevention: "cancel-oldest", priceBand: null },
  closingWindowUs: 1,
};

/** A position somebody starts with; the account's wallet holds `cash` beside its margin. */
export interface Start {
  readonly lots?: number;
  readonly value?: number;
  readonly margin?: number;
  readonly leverage?: number;
  readonly cash?: number;
}

export interface VenueText {
  readonly instrument?: InstrumentText;
  readonly liquidation?: Partial<MarginRules>;
  readonly adl?: Partial<AdlRules>;
  readonly surplusTo?: SurplusTo;
  readonly fund?: Partial<FundRules>;
  readonly takeoverAt?: "bankruptcy" | "mark";
  /** The backstop vault: its seed capital, and below which part of the maintenance margin it takes positions. */
  readonly vault?: { readonly seed: number; readonly below?: Ratio };
  readonly declared?: readonly Period[];
  /** The house takes all that fails at the mark (CASC-3). */
  readonly offBook?: true;
  readonly policy?: AdlPolicy["choose"];
  readonly seed?: number;
  readonly mark?: number;
  readonly orders?: Partial<OrderRules>;
}

/** Book, ledger and waterfall with named accounts, and what they told their listeners. */
export class HandVenue<Name extends string> {
  readonly terms: MarginTerms;
  readonly accounts: Accounts;
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly exchange: Exchange;
  readonly waterfall: Waterfall;
  readonly vault: Vault | null;
  readonly desk: VaultDesk | null;
  readonly record = new RunRecord(true);
  /** `filled A 5 @900`, `done A 1`, `liquidated A`, `deleveraged B 5 @900`, `shortfall A 3`. */
  readonly heard: string[] = [];
  readonly #names: Name[];

  constructor(starts: Record<Name, Start>, given: VenueText = {}) {
    this.#names = Object.keys(starts) as Name[];
    this.terms = { instrument: instrumentOf(given.instrument), rules: liquidationRulesOf(given.liquidation) };
    const fund: FundRules = { settlement: "continuous", residual: "house", feeShare: null, ...given.fund };
    this.pool = new Pool("perpetual/BTC/USDT", 0, given.adl?.drawdown ?? null, fund);
    const hasVault = given.vault !== undefined;
    const count = FIRST_TRADER_ACCOUNT + this.#names.length + (hasVault ? 1 : 0);
    const cash = new Cash(count, hasVault);
    this.vault = hasVault ? new Vault(cash) : null;
    this.accounts = new Accounts(count, cash);
    this.ledger = new Ledger(this.accounts, this.pool, this.terms);
    this.exchange = new Exchange(
      this.ledger,
      this.terms,
      this.record,
      {
        filled: (account, _order, lots, priceTicks) => this.heard.push(`filled ${this.#name(account)} ${lots} @${priceTicks}`),
        done: (account, order) => this.heard.push(`done ${this.#name(account)} ${order}`),
        trimmed: (account, order, lots) => this.heard.push(`trimmed ${this.#name(account)} ${order} to ${lots}`),
        refused: (account, order, refusal) => this.heard.push(`refused ${this.#name(account)} ${order} ${refusal}`),
        reduced: (liquidation, lots, value, fee, priceTicks) => this.waterfall.reduced(liquidation, lots, value, fee, priceTicks),
        engineTraded: (liquidation, lots, value) => this.waterfall.engine.traded(liquidation, lots, value),
        shortfall: (account, amount) => {
          this.heard.push(`shortfall ${this.#name(account)} ${amount}`);
          this.waterfall.engine.payShortfall(amount);
        },
      },
      { selfTradePrevention: "cancel-oldest", priceBand: null, ...given.orders },
    );
    this.desk =
      this.vault?.open(this.exchange, this.record, (amount) => {
        this.heard.push(`shortfall vault ${amount}`);
        this.waterfall.engine.payShortfall(amount);
      }) ?? null;
    const backstop = given.vault?.below === undefined ? null : { belowMaintenance: given.vault.below };
    const adl: AdlRules = { ...PLAIN_ADL, ...given.adl };
    this.waterfall = new Waterfall(
      this.exchange,
      given.offBook === true
        ? offBookRules({ adl })
        : { adl, surplusTo: given.surplusTo ?? "pool", takeoverAt: given.takeoverAt ?? "bankruptcy", backstop, fund },
      given.policy === undefined ? profitTimesLeverage : { needs: [], choose: given.policy },
      this.record,
      {
        reduced: (account, lots, priceTicks) => this.heard.push(`reduced ${this.#name(account)} ${lots} @${priceTicks}`),
        liquidated: (account) => this.heard.push(`liquidated ${this.#name(account)}`),
        cancelEverywhere: (account) => this.exchange.cancelAll(account),
        deleveraged: (account, lots, priceTicks) => this.heard.push(`deleveraged ${this.#name(account)} ${lots} @${priceTicks}`),
      },
      undefined,
      given.declared,
      this.desk,
    );
    this.exchange.markTicks = given.mark ?? 1000;
    this.waterfall.engine.seed(given.seed ?? 0);
    this.vault?.seed(given.vault?.seed ?? 0);
    for (const name of this.#names) {
      const { lots = 0, value = 0, margin = 0, leverage = 10, cash = 0 } = starts[name];
      const account = this.of(name);
      this.accounts.leverageHundredths[account] = leverage * 100;
      this.ledger.deposit(account, margin + cash);
      if (lots !== 0) this.ledger.open(account, lots, value, margin);
      this.exchange.watch(account);
    }
    this.check();
  }

  /** Number of the account of a name. */
  of(name: Name): number {
    return FIRST_TRADER_ACCOUNT + this.#names.indexOf(name);
  }

  /** Wallet, margin, lots and entry value of an account. */
  state(name: Name): { wallet: number; reserved: number; margin: number; lots: number; entry: number } {
    return stateOf(this.accounts, this.of(name));
  }

  /** Cash, lots and entry value of the vault. */
  vaultState(): { cash: number; lots: number; entry: number } {
    const { wallet, lots, entry } = stateOf(this.accounts, this.accounts.cash.vault);
    return { cash: wallet, lots, entry };
  }

  limit(name: Name, side: 0 | 1, priceTicks: number, lots: number): number {
    const order = this.exchange.newOrder();
    const refusal = this.exchange.limit(this.of(name), order, side, priceTicks, lots);
    if (refusal !== null) throw new Error(`order of ${name} refused: ${refusal}`);
    return order;
  }

  /** A new mark, everything it brings about, and conservation after it. */
  judge(markTicks: number, shadowMarkTicks = markTicks): void {
    this.exchange.timeUs += 1_000_000;
    const previousMarkTicks = this.exchange.markTicks;
    this.exchange.markTicks = markTicks;
    const mark = {
      timeUs: this.exchange.timeUs,
      markTicks,
      shadowMarkTicks,
      previousMarkTicks,
      strongest: () => -1,
      strongestTicks: () => 0,
    };
    judge([{ exchange: this.exchange, waterfall: this.waterfall, mark }]);
    this.exchange.fireTriggers();
    this.check();
  }

  check(): void {
    checkConservation([this.ledger], (pool) => pool.available);
  }

  #name(account: number): string {
    return this.#names[account - FIRST_TRADER_ACCOUNT] ?? `venue ${account}`;
  }
}

export function stateOf(accounts: Accounts, account: number) {
  return {
    wallet: accounts.wallet[account] as number,
    reserved: accounts.reserved[account] as number,
    margin: accounts.margin[account] as number,
    lots: accounts.positionLots[account] as number,
    entry: accounts.entryValue[account] as number,
  };
}
