/**
 * Auto-deleveraging (ADL-3..6): asks the policy who is closed, checks what it answers,
 * and closes them one after the other, orders first (ADL-4), at the price of the rules.
 */
import { AdlClosings } from "./adl-closings.ts";
import { eligibleCandidates, type ScopeOfCandidate } from "./clearing/adl/candidates.ts";
import type { AdlCandidates, AdlFill, AdlMemory, AdlPolicy, AdlRequest } from "./clearing/adl/policy.ts";
import { adlTerms } from "./clearing/adl/price.ts";
import type { RankedFills } from "./clearing/adl/ranking.ts";
import { Rankings } from "./clearing/adl/rankings.ts";
import { type Inventory, valueShare } from "./clearing/insurance-fund.ts";
import { positionOf } from "./clearing/liquidation.ts";
import type { LiquidationStart } from "./clearing/liquidations.ts";
import { equityAt, type Position, profitAt } from "./clearing/margin.ts";
import type { CrossStanding } from "./cross/standing.ts";
import { addTo, type Engine } from "./engine.ts";
import type { Exchange } from "./exchange.ts";
import type { JudgedMark } from "./judged-mark.ts";
import { spread } from "./kernel/spread.ts";
import type { Record } from "./record.ts";
import { valueOf } from "./venue/instrument.ts";
import type { AdlRules } from "./venue/rules.ts";
import { multiplyDivide } from "./venue/whole.ts";

/** One request to the policy, while it is carried out. */
interface AdlEvent {
  readonly number: number;
  readonly liquidation: number;
  /** Accounts that the fills name by their places. */
  readonly accountOf: readonly number[];
  readonly mark: JudgedMark;
  /** What of the inventory is still to be closed, and its value at the price of the rules. */
  closing: Inventory;
}

/** Who hears of each account closed. */
export interface DeleveragingListener {
  /** Lots signed, bought positive (ADL-6). */
  deleveraged(account: number, lots: number, priceTicks: number): void;
  /** All open orders of an account, of other instruments too, are to go (ADL-4). */
  cancelEverywhere(account: number): void;
}

export class Deleveraging {
  /** Value closed so far, quanta. */
  closedQuanta = 0;
  /** What the policy remembers. */
  readonly memory: AdlMemory = new Map();
  /** What was closed lately. */
  readonly closings: AdlClosings = new AdlClosings();
  readonly #exchange: Exchange;
  readonly #engine: Engine;
  readonly #rules: AdlRules;
  readonly #policy: AdlPolicy;
  readonly #record: Record;
  readonly #listener: DeleveragingListener;
  readonly #cross: CrossStanding | null;
  readonly #scopeOf: ((number: number) => ScopeOfCandidate) | null;
  /** Of a policy that closes one after the other, null for any other. */
  readonly #rankings: Rankings | null;

  /** @param cross where cross scopes stand; null where no account has cross positions */
  constructor(
    exchange: Exchange,
    engine: Engine,
    rules: AdlRules,
    policy: AdlPolicy,
    record: Record,
    listener: DeleveragingListener,
    cross: CrossStanding | null = null,
  ) {
    this.#cross = cross;
    this.#exchange = exchange;
    this.#engine = engine;
    this.#rules = rules;
    this.#policy = policy;
    this.#record = record;
    this.#listener = listener;
    const { accounts, terms, number } = exchange;
    const { legs } = accounts.cash;
    this.#scopeOf = cross === null ? null : (account) => cross.asCandidate(legs.ownerOf(account), number);
    this.#rankings = Rankings.of(accounts, terms, rules, policy, this.#scopeOf);
    if (this.#rankings !== null) exchange.rankings = this.#rankings;
  }

  /** Before and after the judging of a mark: rankings hold within it alone. */
  forget(): void {
    this.#rankings?.clear();
  }

  /** Closes what rests of a liquidation against winners, as far as there are any. */
  deleverage(liquidation: number, mark: JudgedMark): void {
    const { terms } = this.#exchange;
    const inventory = this.#engine.inventory(liquidation);
    const lots = Math.abs(inventory.lots);
    const bankruptSide = inventory.lots > 0 ? 1 : -1;
    const payable = this.#engine.payable(liquidation);
    const { closingValue, levy, netValue } = adlTerms(
      terms.instrument,
      this.#rules,
      inventory,
      mark.markTicks,
      mark.previousMarkTicks,
      payable,
    );
    const net = { lots: inventory.lots, value: netValue };
    const markValue = valueOf(terms.instrument, mark.markTicks, lots);
    const request = { bankruptSide, lots, markValue, priceValue: netValue } as const;
    const { account: bankrupt } = this.#engine.liquidations.starts[liquidation] as LiquidationStart;
    const { account: accountOf, fills } =
      this.#rankings?.choose(net, mark.markTicks, bankrupt) ?? this.#ask(bankrupt, request, net, mark.markTicks);
    if (fills.length === 0) return;
    const needed = Math.max(0, -profitAt(inventory.lots, inventory.value, markValue) - payable);
    const event: AdlEvent = {
      number: this.#record.nextAdlEvent(),
      liquidation,
      accountOf,
      mark,
      closing: { lots: inventory.lots, value: closingValue },
    };
    const all = fills.reduce((sum, fill) => sum + fill.lots, 0);
    const levies = spread(
      multiplyDivide(levy, all, lots, "down"),
      fills.map((fill) => fill.lots),
    );
    let closed = 0;
    fills.forEach((fill, index) => {
      const neededBefore = multiplyDivide(needed, closed, lots, "down");
      closed += fill.lots;
      const neededShare = multiplyDivide(needed, closed, lots, "down") - neededBefore;
      this.#closeWinner(event, index + 1, fill, levies[index] as number, neededShare);
    });
  }

  /** The policy's own answer over all that are eligible. */
  #ask(bankrupt: number, request: AdlRequest, net: Inventory, markTicks: number): RankedFills {
    const { terms, ledger } = this.#exchange;
    const { needs } = this.#policy;
    const candidates = eligibleCandidates(ledger.accounts, terms, this.#rules, net, markTicks, needs, this.#scopeOf, bankrupt);
    const fills = this.#policy.choose(request, candidates, this.memory);
    checkFills(this.#rules.policy, request.lots, candidates, fills);
    return { account: candidates.account, fills };
  }

  #closeWinner(event: AdlEvent, rank: number, fill: AdlFill, levy: number, needed: number): void {
    const { liquidation, accountOf, mark } = event;
    const { accounts } = this.#exchange.ledger;
    const { instrument } = this.#exchange.terms;
    const account = accountOf[fill.candidate] as number;
    const { legs } = accounts.cash;
    const owner = legs.ownerOf(account);
    if (this.#rules.cancels === "account") this.#listener.cancelEverywhere(owner);
    else for (const number of legs.numbersOf(owner)) this.#exchange.cancelAll(number);
    const held = accounts.positionLots[account] as number;
    const before = this.#backed(account);
    const equityOfScope = this.#equityOf(account, mark.markTicks);
    const equityBefore = this.#worth(account, mark.markTicks);
    const inventory = this.#engine.inventory(liquidation);
    const side = Math.sign(inventory.lots);
    const part = valueShare(event.closing, fill.lots);
    event.closing = { lots: event.closing.lots - side * fill.lots, value: event.closing.value - part };
    // Whoever closes a short pays the levy on top, whoever closes a long gets less by it.
    const value = part + side * levy;
    const place = this.#record.nextBooking();
    this.#engine.closeByAdl(liquidation, side * fill.lots, valueShare(inventory, fill.lots), value);
    const bought = held > 0 ? -fill.lots : fill.lots;
    const booking = this.#exchange.ledger.trade(account, bought, value, 0);
    const profit = booking.realizedProfit;
    if (booking.shortfall > 0) this.#engine.payShortfall(booking.shortfall);
    this.closings.note(account, before, this.#backed(account));
    this.#exchange.watch(account);
    accounts.adlCount[account] = (accounts.adlCount[account] as number) + 1;
    addTo(this.#engine.liquidations.adlLots, liquidation, fill.lots);
    this.closedQuanta += value;
    const { numerator, denominator } = instrument.quantaPerTickLot;
    const priceTicks = multiplyDivide(value, denominator, fill.lots * numerator, "half-even");
    this.#record.adl.append([
      place,
      mark.timeUs,
      event.number,
      liquidation,
      this.#exchange.number,
      account,
      held > 0 ? "long" : "short",
      rank,
      // One without bound has no place in a column.
      Number.isFinite(fill.score) ? fill.score : null,
      this.#rules.policy,
      fill.lots,
      Math.abs(held),
      mark.markTicks,
      priceTicks,
      value,
      levy,
      profit,
      needed,
      equityOfScope,
      equityBefore - this.#worth(account, mark.markTicks),
    ]);
    this.#listener.deleveraged(account, bought, priceTicks);
  }

  /** A position with what backs it: its margin, or the wallet of a cross position. */
  #backed(account: number): Position {
    const { accounts } = this.#exchange.ledger;
    const position = positionOf(accounts, account);
    return accounts.isCross[account] === 1
      ? { ...position, margin: accounts.wallet[accounts.cash.legs.ownerOf(account)] as number }
      : position;
  }

  /** Equity of the scope of a position, quanta. */
  #equityOf(account: number, markTicks: number): number {
    const { accounts } = this.#exchange.ledger;
    if (accounts.isCross[account] !== 1) return equityAt(this.#exchange.terms, positionOf(accounts, account), markTicks);
    return (this.#cross as CrossStanding).settlementFigures(accounts.cash.legs.ownerOf(account)).equity;
  }

  /** Wallet, margin and unrealised profit of an account, here in one leg, quanta. */
  #worth(account: number, markTicks: number): number {
    const position = positionOf(this.#exchange.ledger.accounts, account);
    const { cash, wallet: wallets } = this.#exchange.ledger.accounts;
    const wallet = wallets[cash.legs.ownerOf(account)] as number;
    return position.lots === 0 ? wallet : wallet + equityAt(this.#exchange.terms, position, markTicks);
  }
}

/** A policy may be anybody's: what it returns is checked before anything is booked. */
function checkFills(policy: string, lots: number, candidates: AdlCandidates, fills: readonly AdlFill[]): void {
  let sum = 0;
  const seen = new Set<number>();
  for (const fill of fills) {
    const held = candidates.lots[fill.candidate];
    if (held === undefined || seen.has(fill.candidate) || !Number.isSafeInteger(fill.lots) || fill.lots <= 0 || fill.lots > held) {
      throw new Error(`ADL policy ${policy} closes ${fill.lots} lots of candidate ${fill.candidate}, who holds ${held ?? "nothing"}`);
    }
    seen.add(fill.candidate);
    sum += fill.lots;
  }
  const most = candidates.lots.reduce((all, held) => all + held, 0);
  if (sum !== Math.min(lots, most)) throw new Error(`ADL policy ${policy} closes ${sum} lots in all, ${Math.min(lots, most)} were asked`);
}
