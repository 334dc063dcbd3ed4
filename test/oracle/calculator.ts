/**
 * The margin calculator a second time (CONTRACT.md "margin"), from the clauses alone. All
 * rule fields stand inline in `venue`. Prices are searched for: the ratio is evaluated
 * without rounding along the way of the mark, and the first place found at which it reaches 100 %.
 */
import { Decimal } from "decimal.js";
import {
  type Contract,
  exactMaintenance,
  exactValue,
  initialMargin,
  maintenanceInTier,
  measure,
  profit,
  type TierText,
  tierIndex,
  value,
} from "./contract.ts";
import { type Exact, exact, halfEven, least, most, sum, up, zero } from "./exact.ts";
import { firstCrossing } from "./first-crossing.ts";
import { frozenBy, largestSize, type Resting } from "./freezing.ts";

export interface DocumentRules {
  readonly unrealizedProfitAsMargin: "none" | "own" | "all";
  readonly positionValueAt: "mark" | "last" | "entry";
  readonly tierScheme: "flat" | "marginal";
  readonly tiersIncludeOpenOrders: boolean;
  readonly closingFeeInPositionMargin: "once" | "twice";
  readonly maintenanceIncludesClosingFee: boolean;
  readonly closingFeeRate: "taker" | "liquidation";
  readonly triggerAt: "at-or-below" | "below";
  readonly bankruptcyAt: "closing-fee" | "zero";
  readonly partialLiquidation: "full" | "tier-step" | "ladder" | "fraction" | "just-enough" | "to-initial";
  readonly collateral?: Readonly<Record<string, readonly { readonly upTo: string | null; readonly haircut: string }[]>>;
}

export interface DocumentInstrument {
  readonly symbol: string;
  readonly kind: "linear" | "inverse";
  readonly productLine: "perpetual" | "delivery";
  readonly base: string;
  readonly quote: string;
  readonly settle: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly multiplier: string;
  readonly faceValue?: string;
  readonly tierScheme?: "flat" | "marginal";
  readonly tiers: readonly TierText[];
  readonly fees: { readonly maker: string; readonly taker: string; readonly liquidation: string };
}

export interface DocumentPosition {
  readonly instrument: string;
  readonly side: "long" | "short";
  readonly size: string;
  readonly entryPrice: string;
  readonly marginMode: "isolated" | "cross";
  readonly margin?: string;
  readonly leverage: string;
}

export interface DocumentOrder {
  readonly instrument: string;
  readonly side: "buy" | "sell";
  readonly size: string;
  readonly price: string;
  /** Hedge mode. */
  readonly positionSide?: "long" | "short";
  readonly reduceOnly?: boolean;
  /** One for all positions and orders of a contract. */
  readonly marginMode: "isolated" | "cross";
  /** One for a position and its orders. */
  readonly leverage: string;
}

export interface Document {
  readonly venue: DocumentRules;
  readonly instruments: readonly DocumentInstrument[];
  readonly account: {
    readonly mode: "single-currency" | "multi-currency";
    readonly positionMode: "one-way" | "hedge";
    readonly balances: Readonly<Record<string, string>>;
  };
  readonly positions: readonly DocumentPosition[];
  readonly orders: readonly DocumentOrder[];
  readonly marks: Readonly<Record<string, string>>;
  /** The mark where left out. */
  readonly lastPrices: Readonly<Record<string, string>>;
  /** Dollars of one unit. */
  readonly indexPrices: Readonly<Record<string, string>>;
  readonly assets: Readonly<Record<string, { readonly quantum: string }>>;
}

/** In natural units of the settlement asset; of a multi-currency scope in dollars. */
export interface PositionAnswer {
  readonly value: Exact;
  readonly unrealizedProfit: Exact;
  readonly tier: number;
  readonly initialMargin: Exact;
  readonly maintenanceMargin: Exact;
  readonly closingFee: Exact;
  readonly requirement: Exact;
  /** Null: a requirement of zero. */
  readonly marginRatio: Exact | null;
  readonly liquidationPrice: Exact | null;
  readonly bankruptcyPrice: Exact | null;
  /** Selling: up, buying: down. */
  readonly bankruptcyPriceTick: Exact | null;
}

/** What LIQ-3 does next to a scope: lots by index of position. */
export interface Judged {
  readonly status: "healthy" | "partial" | "full";
  readonly reductions: readonly { readonly position: number; readonly lots: number }[];
}

interface Held {
  readonly index: number;
  readonly instrument: Listed;
  readonly leg: "long" | "short" | null;
  readonly side: 1 | -1;
  readonly lots: Exact;
  /** As the price says, not rounded. */
  readonly entry: Exact;
  readonly margin: Exact;
  readonly cross: boolean;
  readonly leverage: Exact;
}

interface Listed {
  readonly contract: Contract;
  readonly symbol: string;
  readonly settle: string;
  readonly mark: Exact;
  readonly last: Exact;
  /** By leg. */
  readonly orders: readonly (Resting & { readonly cross: boolean; readonly leverage: Exact })[];
}

/** How amounts come about: as booked in whole quanta (UNIT-3), or exactly, for the prices (MARGIN-4, MARGIN-5). */
interface Arithmetic {
  readonly asValue: (amount: Exact) => Exact;
  readonly asRequirement: (amount: Exact) => Exact;
}
const BOOKED: Arithmetic = { asValue: halfEven, asRequirement: up };
const UNROUNDED: Arithmetic = { asValue: (amount) => amount, asRequirement: (amount) => amount };

/** What is judged: the mark of each instrument, with or without open orders, at the own tier's rates or the first's. */
interface View {
  readonly arithmetic: Arithmetic;
  readonly markOf: (listed: Listed) => Exact;
  readonly orders: boolean;
  readonly tier: "own" | "first";
}

export class Calculator {
  readonly document: Document;
  readonly rules: DocumentRules;
  readonly listed: readonly Listed[];
  readonly held: readonly Held[];
  /** What reductions tried out have booked on the balances, in quanta by asset. */
  readonly booked: Readonly<Record<string, Exact>>;

  constructor(document: Document, held?: readonly Held[], bookedCash: Readonly<Record<string, Exact>> = {}) {
    this.document = document;
    this.rules = document.venue;
    this.listed = document.instruments.map((instrument) => this.#list(instrument));
    this.held = held ?? document.positions.map((position, index) => this.#hold(position, index));
    this.booked = bookedCash;
  }

  #list(instrument: DocumentInstrument): Listed {
    const { taker, liquidation } = instrument.fees;
    const quantum = exact((this.document.assets[instrument.settle] as { quantum: string }).quantum);
    const contract: Contract = {
      symbol: instrument.symbol,
      kind: instrument.kind,
      tickSize: exact(instrument.tickSize),
      lotSize: exact(instrument.lotSize),
      contractSize: exact(instrument.multiplier).times(instrument.faceValue ?? 1),
      quantum,
      scheme: instrument.tierScheme ?? this.rules.tierScheme,
      tiers: instrument.tiers,
      taker: exact(taker),
      closing: exact(this.rules.closingFeeRate === "taker" ? taker : liquidation),
    };
    const ticksOf = (price: string) => exact(price).div(contract.tickSize);
    // A contract that nobody holds or orders needs no price.
    const mark = this.document.marks[instrument.symbol] ?? instrument.tickSize;
    const last = this.document.lastPrices[instrument.symbol] ?? mark;
    return {
      contract,
      symbol: instrument.symbol,
      settle: instrument.settle,
      mark: ticksOf(mark),
      last: ticksOf(last),
      orders: this.document.orders
        .filter((order) => order.instrument === instrument.symbol && order.reduceOnly !== true)
        .map((order, id) => ({
          id,
          side: order.side,
          leg: order.positionSide ?? null,
          ticks: ticksOf(order.price),
          lots: exact(order.size).div(contract.lotSize),
          cross: order.marginMode === "cross",
          leverage: exact(order.leverage),
        })),
    };
  }

  #hold(position: DocumentPosition, index: number): Held {
    const instrument = this.listed.find(({ symbol }) => symbol === position.instrument) as Listed;
    const { contract } = instrument;
    const lots = exact(position.size).div(contract.lotSize);
    return {
      index,
      instrument,
      leg: this.document.account.positionMode === "hedge" ? position.side : null,
      side: position.side === "long" ? 1 : -1,
      lots,
      entry: exactValue(contract, exact(position.entryPrice).div(contract.tickSize), lots),
      margin: exact(position.margin ?? 0).div(contract.quantum),
      cross: position.marginMode === "cross",
      leverage: exact(position.leverage),
    };
  }

  // ── Parts of a requirement ──

  /** The price at which positions are valued (MARK-5). */
  #valuePrice(view: View, listed: Listed): Exact {
    return this.rules.positionValueAt === "last" ? listed.last : view.markOf(listed);
  }

  #ordersOf(listed: Listed, leg: "long" | "short" | null): Listed["orders"] {
    return listed.orders.filter((order) => order.leg === leg);
  }

  /** MARK-5. */
  unrealized(view: View, held: Held): Exact {
    const { contract } = held.instrument;
    const closed = view.arithmetic.asValue(exactValue(contract, view.markOf(held.instrument), held.lots));
    return profit(contract, held.side, view.arithmetic.asValue(held.entry), closed);
  }

  positionValue(view: View, held: Held): Exact {
    if (this.rules.positionValueAt === "entry") return view.arithmetic.asValue(held.entry);
    return view.arithmetic.asValue(exactValue(held.instrument.contract, this.#valuePrice(view, held.instrument), held.lots));
  }

  /** TIER-2: lots and value that count toward tier, maintenance margin and fee, of a position, of orders, or both. */
  #counted(view: View, listed: Listed, leg: "long" | "short" | null, held: Held | undefined): { lots: Exact; amount: Exact } {
    const own = held?.lots ?? zero;
    const amount = held === undefined ? zero : this.positionValue(view, held);
    if (!this.rules.tiersIncludeOpenOrders || !view.orders) return { lots: own, amount };
    const lots = largestSize(own.times(held?.side ?? 1), this.#ordersOf(listed, leg));
    const price = this.#valuePrice(view, listed);
    if (this.rules.positionValueAt !== "entry") return { lots, amount: view.arithmetic.asValue(exactValue(listed.contract, price, lots)) };
    return { lots, amount: amount.plus(view.arithmetic.asValue(exactValue(listed.contract, price, lots.minus(own)))) };
  }

  parts(view: View, listed: Listed, leg: "long" | "short" | null, held: Held | undefined) {
    const { contract } = listed;
    const { lots, amount } = this.#counted(view, listed, leg, held);
    const tier = tierIndex(contract, lots, amount);
    const needed =
      view.tier === "own" ? exactMaintenance(contract, lots, amount) : maintenanceInTier({ ...contract, scheme: "flat" }, lots, amount, 0);
    const maintenanceMargin = view.arithmetic.asRequirement(needed);
    const closed = view.arithmetic.asValue(exactValue(contract, view.markOf(listed), lots));
    const fee = view.arithmetic.asRequirement(closed.times(contract.closing));
    const requirement = this.rules.maintenanceIncludesClosingFee ? maintenanceMargin.plus(fee) : maintenanceMargin;
    return { tier: tier + 1, maintenanceMargin, fee, requirement };
  }

  // ── Scopes (MARGIN-3) ──

  isolated(view: View, held: Held): { equity: Exact; requirement: Exact } {
    const equity = held.margin.plus(this.unrealized(view, held));
    return { equity, requirement: this.parts(view, held.instrument, held.leg, held).requirement };
  }

  /** Is anything of an instrument cross? */
  #crosses(listed: Listed): boolean {
    return this.held.some((held) => held.instrument.symbol === listed.symbol && held.cross) || listed.orders.some((order) => order.cross);
  }

  /** The frozen amounts at the marks of the document: they do not move with a mark. */
  #frozen(listed: Listed): { amount: Exact; fees: Exact } {
    const legs = this.document.account.positionMode === "hedge" ? (["long", "short"] as const) : [null];
    const each = legs.map((leg) => {
      const orders = this.#ordersOf(listed, leg);
      const held = this.held.find((one) => one.instrument.symbol === listed.symbol && one.leg === leg);
      const leverage = held?.leverage ?? orders[0]?.leverage;
      if (leverage === undefined || orders.length === 0) return { amount: zero, fees: zero };
      const prices = { mark: listed.mark, value: this.#valuePrice(atMarks(BOOKED), listed) };
      const terms = { leverage, closingFees: this.rules.closingFeeInPositionMargin };
      return frozenBy(listed.contract, prices, terms, (held?.lots ?? zero).times(held?.side ?? 1), orders);
    });
    return { amount: sum(each.map(({ amount }) => amount)), fees: sum(each.map(({ fees }) => fees)) };
  }

  /** ACCT-5. */
  #countedProfit(view: View, listed: Listed): Exact {
    const profits = sum(this.held.filter((held) => held.instrument.symbol === listed.symbol).map((held) => this.unrealized(view, held)));
    if (this.rules.unrealizedProfitAsMargin === "all") return profits;
    return least(profits, this.rules.unrealizedProfitAsMargin === "none" ? zero : this.#instrumentRequirement(view, listed));
  }

  #instrumentRequirement(view: View, listed: Listed): Exact {
    const legs = this.document.account.positionMode === "hedge" ? (["long", "short"] as const) : [null];
    return sum(
      legs.map(
        (leg) =>
          this.parts(
            view,
            listed,
            leg,
            this.held.find((held) => held.instrument.symbol === listed.symbol && held.leg === leg),
          ).requirement,
      ),
    );
  }

  /** One asset's part of the cross scope, in its quanta. */
  #pocket(view: View, asset: string): { equity: Exact; requirement: Exact } {
    const { quantum } = this.document.assets[asset] as { quantum: string };
    const settled = this.listed.filter(({ settle }) => settle === asset);
    const cross = settled.filter((listed) => this.#crosses(listed));
    const isolated = settled.filter((listed) => !this.#crosses(listed));
    const fees = view.orders ? sum(cross.map((listed) => this.#frozen(listed).fees)) : zero;
    const equity = exact(this.document.account.balances[asset] ?? 0)
      .div(quantum)
      .plus(this.booked[asset] ?? zero)
      .plus(sum(cross.map((listed) => this.#countedProfit(view, listed))))
      .minus(sum(isolated.map((listed) => this.#frozen(listed).amount)))
      .minus(fees);
    return { equity, requirement: sum(cross.map((listed) => this.#instrumentRequirement(view, listed))) };
  }

  #index(asset: string): Exact {
    return exact(this.document.indexPrices[asset] ?? 1);
  }

  /** ACCT-6: millionths of a dollar for quanta, slices of the amount at their own haircut. */
  #worth(asset: string, quanta: Exact): Exact {
    const amount = quanta.times((this.document.assets[asset] as { quantum: string }).quantum);
    const tiers = this.rules.collateral?.[asset] ?? [];
    const dollars = this.#index(asset).times(1_000_000);
    if (amount.lessThan(0) || tiers.length === 0) return amount.times(dollars);
    const slices = tiers.map(({ upTo, haircut }, tier) => {
      const from = exact(tiers[tier - 1]?.upTo ?? 0);
      const last = tier === tiers.length - 1 || upTo === null;
      return most(zero, (last ? amount : least(amount, exact(upTo))).minus(from)).times(exact(1).minus(haircut));
    });
    return sum(slices).times(dollars);
  }

  #cost(asset: string, quanta: Exact): Exact {
    return quanta
      .times((this.document.assets[asset] as { quantum: string }).quantum)
      .times(this.#index(asset))
      .times(1_000_000);
  }

  /** The cross scope in one asset, or of a multi-currency account in millionths of a dollar. */
  cross(view: View, asset: string | null): { equity: Exact; requirement: Exact } {
    if (asset !== null) return this.#pocket(view, asset);
    const pockets = Object.keys(this.document.assets).map((one) => ({ one, ...this.#pocket(view, one) }));
    return {
      equity: sum(pockets.map(({ one, equity }) => view.arithmetic.asValue(this.#worth(one, equity)))),
      requirement: sum(pockets.map(({ one, requirement }) => view.arithmetic.asRequirement(this.#cost(one, requirement)))),
    };
  }

  /** The cross scope's asset for a settlement asset. */
  scopeAsset(asset: string): string | null {
    return this.document.account.mode === "single-currency" ? asset : null;
  }

  scopeOf(view: View, held: Held): { equity: Exact; requirement: Exact } {
    return held.cross ? this.cross(view, this.scopeAsset(held.instrument.settle)) : this.isolated(view, held);
  }

  isAtRisk({ equity, requirement }: { equity: Exact; requirement: Exact }): boolean {
    if (requirement.isZero()) return false;
    return this.rules.triggerAt === "below" ? equity.lessThan(requirement) : equity.lessThanOrEqualTo(requirement);
  }

  // ── Prices ──

  /** MARGIN-4: along the mark itself for a linear contract, along its reciprocal for an inverse one, where values are straight lines. */
  liquidationPrice(held: Held): Exact | null {
    const { contract } = held.instrument;
    const linear = contract.kind === "linear";
    const toMark = (at: Exact) => (linear ? at : exact(1).div(at));
    const course = (at: Exact) => {
      const view = {
        ...atMarks(UNROUNDED),
        markOf: (listed: Listed) => (listed.symbol === held.instrument.symbol ? toMark(at) : listed.mark),
      };
      const { equity, requirement } = this.scopeOf(view, held);
      // A requirement of zero is healthy.
      if (requirement.isZero()) return exact(1);
      // Equal but for the last of a hundred digits is equal.
      return equity.minus(requirement).minus("1e-60");
    };
    const from = toMark(held.instrument.mark);
    const direction = (held.side === -1) === linear ? "up" : "down";
    const found = firstCrossing(course, from, direction, this.#edges(held.instrument));
    return found === null ? null : toMark(found).times(contract.tickSize);
  }

  /** Where requirements jump: the edges of tiers bound by value, for every size that counts. */
  #edges(listed: Listed): Exact[] {
    const { contract } = listed;
    const legs = [null, "long", "short"] as const;
    const sizes = legs.flatMap((leg) => {
      const held = this.held.find((one) => one.instrument.symbol === listed.symbol && one.leg === leg);
      const own = held?.lots ?? zero;
      return [own, this.#counted(atMarks(UNROUNDED), listed, leg, held).lots];
    });
    const linear = contract.kind === "linear";
    return sizes
      .filter((size) => size.greaterThan(0))
      .flatMap((size) => {
        const unit = exactValue(contract, exact(1), size);
        const byValue = !measure(contract, size, unit).equals(measure(contract, size, unit.times(2)));
        if (!byValue) return [];
        const bounds = contract.tiers.map(({ upTo }) => upTo).filter((bound) => bound !== null);
        // Linear: V = unit × ticks. Inverse: V = unit × (1 / ticks).
        const base = bounds.map((bound) => exact(bound).div(contract.quantum));
        const held = this.held.filter((one) => one.instrument.symbol === listed.symbol);
        const shifts = this.rules.positionValueAt === "entry" ? held.map((one) => one.entry) : [zero];
        const extra = this.rules.positionValueAt === "entry" ? held.map((one) => size.minus(one.lots)) : [];
        const units = [unit, ...extra.filter((lots) => lots.greaterThan(0)).map((lots) => exactValue(contract, exact(1), lots))];
        return units.flatMap((per) => shifts.flatMap((shift) => base.map((bound) => bound.minus(shift).div(per))));
      })
      .filter((at) => at.greaterThan(0) && (linear || !at.isZero()));
  }

  /** MARGIN-5: what the scope has for the position is gone, or gone but for the closing fee; in ticks. */
  bankruptcyTicks(held: Held): Exact | null {
    const { contract } = held.instrument;
    const has = this.#shareOfEquity(held);
    const now = exactValue(contract, held.instrument.mark, held.lots);
    const rate = this.rules.bankruptcyAt === "zero" ? zero : contract.closing;
    // Straight in V: has + profit(now → V) − V × rate = 0.
    const left = (amount: Exact) => has.plus(profit(contract, held.side, now, amount)).minus(amount.times(rate));
    const slope = left(exact(1)).minus(left(zero));
    const amount = left(zero).negated().div(slope);
    if (amount.lessThanOrEqualTo(0)) return null;
    const unit = exactValue(contract, exact(1), held.lots);
    return contract.kind === "linear" ? amount.div(unit) : unit.div(amount);
  }

  /** In quanta of the settlement asset: all of an isolated position's equity, a part of a cross scope's by maintenance margin. */
  #shareOfEquity(held: Held): Exact {
    const view = { ...atMarks(UNROUNDED), orders: false };
    if (!held.cross) return this.isolated(view, held).equity;
    const asset = this.scopeAsset(held.instrument.settle);
    const { equity } = this.cross(view, asset);
    const inScope = this.held.filter((one) => one.cross && (asset === null || one.instrument.settle === asset));
    const inDollars = (one: Held, amount: Exact) => (asset === null ? this.#cost(one.instrument.settle, amount) : amount);
    const margins = inScope.map((one) => inDollars(one, this.parts(view, one.instrument, one.leg, one).maintenanceMargin));
    const values = inScope.map((one) => inDollars(one, exactValue(one.instrument.contract, one.instrument.mark, one.lots)));
    const weights = sum(margins).isZero() ? values : margins;
    const share = equity.times(weights[inScope.indexOf(held)] as Exact).div(sum(weights));
    if (asset !== null) return share;
    return share.div(this.#cost(held.instrument.settle, exact(1)));
  }

  /** MARGIN-1 of a position, the fee of its value at mark. */
  initialMargin(held: Held): Exact {
    const { contract, mark } = held.instrument;
    const amount = this.positionValue(atMarks(BOOKED), held);
    return initialMargin(contract, amount, held.leverage, this.rules.closingFeeInPositionMargin, value(contract, mark, held.lots));
  }

  /**
   * The first tick, from the mark against the position, at which the booked amounts are at risk: searched from a little
   * before the exact price on. Undefined: not found within reach, so that it is not to be compared.
   */
  liquidationTick(held: Held): Exact | null | undefined {
    const { contract, mark } = held.instrument;
    const price = this.liquidationPrice(held);
    const atRisk = (ticks: Exact) => {
      const view = { ...atMarks(BOOKED), markOf: (listed: Listed) => (listed.symbol === held.instrument.symbol ? ticks : listed.mark) };
      return this.isAtRisk(this.scopeOf(view, held));
    };
    if (atRisk(mark)) return mark.times(contract.tickSize);
    if (price === null) return null;
    const exactTicks = price.div(contract.tickSize);
    const perTick = exactValue(contract, exactTicks, held.lots)
      .minus(exactValue(contract, exactTicks.plus(1), held.lots))
      .abs();
    // In dollars a rounded quantum of a dear asset may outweigh many ticks of a cheap one, and the legs of a pair cancel.
    const reach = this.scopeAsset(held.instrument.settle) === null ? 400 : Math.ceil(Math.min(400, exact(12).div(perTick).toNumber())) + 3;
    const step = -held.side;
    let ticks = exactTicks.floor().minus(step * reach);
    for (let tried = 0; tried <= 2 * reach + 2; tried++) {
      if (ticks.greaterThan(0) && ticks.minus(mark).times(step).greaterThan(0) && atRisk(ticks)) return ticks.times(contract.tickSize);
      ticks = ticks.plus(step);
    }
    return undefined;
  }

  // ── Reductions (LIQ-2, LIQ-3), by trying ──

  /** The scope of a position, as a set of positions. */
  inScopeOf(held: Held): readonly Held[] {
    if (!held.cross) return [held];
    const asset = this.scopeAsset(held.instrument.settle);
    return this.held.filter((one) => one.cross && (asset === null || one.instrument.settle === asset));
  }

  /** @param scope positions of one scope */
  judge(scope: readonly Held[]): Judged {
    const first = scope[0] as Held;
    const cancelled = { ...atMarks(BOOKED), orders: false };
    const figures = this.scopeOf(cancelled, first);
    if (!this.isAtRisk(figures)) return { status: "healthy", reductions: [] };
    const all: Judged = { status: "full", reductions: scope.map((held) => ({ position: held.index, lots: held.lots.toNumber() })) };
    if (this.rules.partialLiquidation === "full" || figures.equity.lessThanOrEqualTo(0)) return all;
    const reductions = this.#pair(scope) ?? this.#reduction(scope, cancelled);
    if (reductions === null) return all;
    const closes = (held: Held) => held.lots.equals(reductions.find(({ position }) => position === held.index)?.lots ?? 0);
    return { status: scope.every(closes) ? "full" : "partial", reductions };
  }

  /** A pair long and short in one contract is offset first. */
  #pair(scope: readonly Held[]): Judged["reductions"] | null {
    for (const listed of this.listed) {
      const legs = scope.filter((held) => held.cross && held.instrument.symbol === listed.symbol);
      if (legs.length < 2) continue;
      const lots = least(...legs.map((held) => held.lots)).toNumber();
      return legs.map((held) => ({ position: held.index, lots }));
    }
    return null;
  }

  /** Null: everything. */
  #reduction(scope: readonly Held[], cancelled: View): Judged["reductions"] | null {
    const held = this.#firstToReduce(scope, cancelled);
    const { contract, mark } = held.instrument;
    const size = held.lots.toNumber();
    const { tier } = this.parts(cancelled, held.instrument, held.leg, held);
    const only = (lots: number) => [{ position: held.index, lots }];
    const overTier = (number: number) => {
      const bound = contract.tiers[number - 1]?.upTo as string;
      // The largest size of the tier at the mark, lot by lot.
      const fits = (lots: number) => measure(contract, exact(lots), exactValue(contract, mark, exact(lots))).lessThanOrEqualTo(bound);
      let largest = 0;
      while (largest < size && fits(largest + 1)) largest += 1;
      return largest < size ? size - largest : size;
    };
    const leastThat = (passes: (after: Calculator) => boolean) => {
      for (let lots = 1; lots < size; lots++) if (passes(this.after(held, lots))) return lots;
      return size;
    };
    switch (this.rules.partialLiquidation) {
      case "tier-step":
        if (this.isAtRisk(this.scopeOf({ ...cancelled, tier: "first" }, held))) return null;
        return only(tier <= 2 ? size : overTier(tier - 2));
      case "ladder":
        return only(tier === 1 ? size : overTier(tier - 1));
      case "fraction": {
        const contracts = held.lots.times(contract.lotSize).times(contract.contractSize);
        const notional = contract.kind === "inverse" ? contracts : contracts.times(mark).times(contract.tickSize);
        return only(notional.greaterThan(100_000) ? Math.ceil(size / 5) : size);
      }
      case "just-enough":
        return only(leastThat((after) => !after.isAtRisk(after.scopeOf(cancelled, after.held[held.index] as Held))));
      case "to-initial":
        return only(leastThat((after) => after.#coversInitialMargin(after.inScopeOf(after.held[held.index] as Held), cancelled)));
      default:
        return null;
    }
  }

  /** The losing position with the largest maintenance margin, then in the order of instruments; none loses: among all. */
  #firstToReduce(scope: readonly Held[], view: View): Held {
    const losing = scope.filter((held) => this.unrealized(view, held).lessThan(0));
    const margin = (held: Held) => {
      const { maintenanceMargin } = this.parts(view, held.instrument, held.leg, held);
      return this.scopeAsset(held.instrument.settle) === null ? this.#cost(held.instrument.settle, maintenanceMargin) : maintenanceMargin;
    };
    const place = (held: Held) => this.listed.findIndex(({ symbol }) => symbol === held.instrument.symbol);
    const sorted = [...(losing.length > 0 ? losing : scope)];
    sorted.sort((a, b) => margin(b).comparedTo(margin(a)) || place(a) - place(b));
    return sorted[0] as Held;
  }

  /** What is left after closing lots of a position at the mark, its loss or gain less the liquidation fee booked on margin or balance. */
  after(held: Held, lots: number): Calculator {
    const { contract, mark, settle } = held.instrument;
    const entry = halfEven(held.entry);
    const released = halfEven(entry.times(lots).div(held.lots));
    const closed = value(contract, mark, exact(lots));
    const instrument = this.document.instruments.find(({ symbol }) => symbol === held.instrument.symbol) as DocumentInstrument;
    const gain = profit(contract, held.side, released, closed).minus(up(closed.times(instrument.fees.liquidation)));
    const left: Held = {
      ...held,
      lots: held.lots.minus(lots),
      entry: entry.minus(released),
      margin: held.cross ? zero : held.margin.plus(gain),
    };
    const cash = held.cross ? { ...this.booked, [settle]: (this.booked[settle] ?? zero).plus(gain) } : this.booked;
    return new Calculator(
      this.document,
      this.held.map((one) => (one.index === held.index ? left : one)),
      cash,
    );
  }

  #coversInitialMargin(scope: readonly Held[], view: View): boolean {
    const first = scope[0] as Held;
    const { equity } = this.scopeOf(view, first);
    const inDollars = first.cross && this.scopeAsset(first.instrument.settle) === null;
    const assets = [...new Set(scope.map((held) => held.instrument.settle))];
    const needed = assets.map((asset) => {
      const margins = sum(scope.filter((held) => held.instrument.settle === asset).map((held) => this.initialMargin(held)));
      return inDollars ? up(this.#cost(asset, margins)) : margins;
    });
    return equity.greaterThanOrEqualTo(sum(needed));
  }

  // ── Answers ──

  position(index: number): PositionAnswer {
    const held = this.held[index] as Held;
    const { contract } = held.instrument;
    const view = atMarks(BOOKED);
    const natural = (quanta: Exact) => quanta.times(contract.quantum);
    const amount = this.positionValue(view, held);
    const parts = this.parts(view, held.instrument, held.leg, held);
    const scope = this.scopeOf(view, held);
    const bankruptcy = this.bankruptcyTicks(held);
    // Sixty digits: what is a whole tick but for the last digits of a quotient is a whole tick.
    const whole = bankruptcy?.toSignificantDigits(60).toDecimalPlaces(0, held.side === 1 ? Decimal.ROUND_CEIL : Decimal.ROUND_FLOOR);
    return {
      value: natural(amount),
      unrealizedProfit: natural(this.unrealized(view, held)),
      tier: parts.tier,
      initialMargin: natural(this.initialMargin(held)),
      maintenanceMargin: natural(parts.maintenanceMargin),
      closingFee: natural(parts.fee),
      requirement: natural(parts.requirement),
      marginRatio: scope.requirement.isZero() ? null : scope.equity.div(scope.requirement),
      liquidationPrice: this.liquidationPrice(held),
      bankruptcyPrice: bankruptcy === null ? null : bankruptcy.times(contract.tickSize),
      bankruptcyPriceTick: whole === undefined ? null : most(exact(1), whole).times(contract.tickSize),
    };
  }
}

/** The document's own marks, orders counted, own tiers. */
export function atMarks(arithmetic: Arithmetic): View {
  return { arithmetic, markOf: (listed) => listed.mark, orders: true, tier: "own" };
}

export const bookedView = (): View => atMarks(BOOKED);
