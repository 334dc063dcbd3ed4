/**
 * One instrument in trade: its book and ledger, prices, funding, liquidations and samples,
 * put together. Instruments share wallets, numbers and, by name, pools; all else is apart.
 */

import type { AccountsState } from "./clearing/accounts.ts";
import { Accounts } from "./clearing/accounts.ts";
import type { AdlPolicy } from "./clearing/adl/policy.ts";
import type { Cash } from "./clearing/cash.ts";
import type { Pool } from "./clearing/insurance-fund.ts";
import { Ledger } from "./clearing/ledger.ts";
import type { Liquidations } from "./clearing/liquidations.ts";
import type { CrossStanding } from "./cross/standing.ts";
import { Exchange, type ExchangeListener, type ExchangeState } from "./exchange.ts";
import { Funding, type FundingState } from "./funding.ts";
import type { InstrumentInput } from "./input.ts";
import type { JudgedMark } from "./judged-mark.ts";
import { MarginAdjustments } from "./margin-adjustments.ts";
import type { EffectiveInput } from "./off-book.ts";
import type { OrderNumbers } from "./order-numbers.ts";
import { Pricing, type PricingState } from "./pricing.ts";
import type { Record } from "./record.ts";
import { Sampler, type SamplerState } from "./sampler.ts";
import type { Vault, VaultDesk } from "./vault.ts";
import { Waterfall, type WaterfallListener, type WaterfallState } from "./waterfall.ts";

/** What all instruments of a simulation have in common. */
export interface Common {
  readonly input: EffectiveInput;
  readonly policy: AdlPolicy;
  readonly record: Record;
  readonly cash: Cash;
  readonly liquidations: Liquidations;
  readonly orders: OrderNumbers;
  readonly cross: CrossStanding;
  /** Null where the venue has none (LIQ-4). */
  readonly vault: Vault | null;
}

/** Who hears what happens to accounts in an instrument. */
export type InstrumentListener = Pick<ExchangeListener, "filled" | "done" | "trimmed" | "refused"> & WaterfallListener;

/** All of an instrument's own state, as plain data (TIME-4). */
export interface TradedInstrumentState {
  readonly accounts: AccountsState;
  readonly exchange: ExchangeState;
  readonly waterfall: WaterfallState;
  readonly pricing: PricingState;
  readonly funding: FundingState;
  readonly sampler: SamplerState;
  /** Number of the vault's order that rests, 0 for none. */
  readonly vaultOrder: number;
}

export class TradedInstrument {
  readonly number: number;
  readonly input: InstrumentInput;
  readonly ledger: Ledger;
  readonly exchange: Exchange;
  readonly margins: MarginAdjustments;
  readonly waterfall: Waterfall;
  readonly pricing: Pricing;
  /** The venue's vault as it trades this instrument; null where there is none. */
  readonly vault: VaultDesk | null;
  readonly #funding: Funding;
  readonly #sampler: Sampler;
  readonly #record: Record;

  constructor(
    number: number,
    { input, policy, record, cash, liquidations, orders, vault, cross }: Common,
    pool: Pool,
    listener: InstrumentListener,
  ) {
    const own = input.instruments[number] as InstrumentInput;
    const terms = { instrument: own.instrument, rules: input.rules.margin };
    this.number = number;
    this.input = own;
    this.#record = record;
    this.ledger = new Ledger(new Accounts(cash.wallet.length, cash), pool, terms, cross);
    this.exchange = new Exchange(
      this.ledger,
      terms,
      record,
      {
        filled: listener.filled,
        done: listener.done,
        trimmed: listener.trimmed,
        refused: listener.refused,
        reduced: (liquidation, lots, value, fee, priceTicks) => this.waterfall.reduced(liquidation, lots, value, fee, priceTicks),
        engineTraded: (liquidation, lots, value) => this.waterfall.engine.traded(liquidation, lots, value),
        shortfall: (_account, amount) => this.waterfall.engine.payShortfall(amount),
      },
      input.rules.orders,
      number,
      orders,
      cross,
    );
    this.vault = vault?.open(this.exchange, record, (amount) => this.waterfall.engine.payShortfall(amount)) ?? null;
    this.waterfall = new Waterfall(
      this.exchange,
      input.rules,
      policy,
      record,
      listener,
      liquidations,
      input.adlDeclared,
      this.vault,
      cross,
    );
    this.margins = new MarginAdjustments(this.exchange, record, cross);
    this.pricing = new Pricing(number, own, input.rules, input, record);
    this.#funding = new Funding(this.exchange, this.waterfall.engine, record, this.vault);
    this.#sampler = new Sampler(record, this.exchange, this.waterfall, vault);
    this.exchange.markTicks = this.pricing.markTicks;
    this.exchange.onDisplaced = (liquidation, ticks) => this.pricing.displacement.add(this.exchange.timeUs, liquidation, ticks);
  }

  /** Takes the prices on to a step of the index, and records them (MARK-1, MARK-2). */
  mark(step: number): JudgedMark {
    const { exchange, pricing } = this;
    const { timeUs, book } = exchange;
    const before = exchange.markTicks;
    pricing.step(timeUs, this.input.index.ticks[step] as number, book);
    const { indexTicks, markTicks, shadowMarkTicks } = pricing;
    exchange.markTicks = markTicks;
    const { lastTicks, bidTicks, askTicks } = book;
    const { number } = this;
    this.#record.marks.append([
      ...[timeUs, number, indexTicks, markTicks, shadowMarkTicks],
      ...[lastTicks || null, bidTicks || null, askTicks || null],
    ]);
    this.#sampler.displacementTicks = pricing.displacedTicks;
    return {
      timeUs,
      markTicks,
      shadowMarkTicks,
      previousMarkTicks: step === 0 ? markTicks : before,
      strongest: (direction) => pricing.displacement.strongest(direction),
      strongestTicks: (direction) => pricing.displacement.strongestTicks(direction),
      fundingPaid: (account) => this.#funding.paidNow(account),
    };
  }

  /** Pays funding if it is due at this mark (MARK-3). */
  fund(): void {
    if (this.pricing.isFundingDue) this.#funding.pay(this.pricing.rateHundredMillionths);
  }

  sample(): void {
    this.#sampler.sample(this.pricing.indexTicks);
  }

  /** @throws Error when the book is crossed (ORDER-1) */
  check(): void {
    const { bidTicks, askTicks } = this.exchange.book;
    if (bidTicks >= askTicks && askTicks !== 0)
      throw new Error(`ORDER-1 violated: the book is crossed, bid ${bidTicks}, ask ${askTicks} ticks`);
  }

  state(): TradedInstrumentState {
    return {
      accounts: this.ledger.accounts.state(),
      exchange: this.exchange.state(),
      waterfall: this.waterfall.state(),
      pricing: this.pricing.state(),
      funding: this.#funding.state(),
      sampler: this.#sampler.state(),
      vaultOrder: this.vault?.order ?? 0,
    };
  }

  restore(state: TradedInstrumentState): void {
    this.ledger.accounts.restore(state.accounts);
    this.exchange.restore(state.exchange);
    this.waterfall.restore(state.waterfall);
    this.pricing.restore(state.pricing);
    this.#funding.restore(state.funding);
    this.#sampler.restore(state.sampler);
    if (this.vault !== null) this.vault.order = state.vaultOrder;
  }
}
