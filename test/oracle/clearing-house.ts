/**
 * The clearing house a second time: accounts, orders, fills, funding, settlement in
 * decimal arithmetic, slow and plain, for the commands of `commands.ts`. A command works on a
 * copy of its account; a refusal throws the copy away (ORDER-4).
 */
import { type Account, cashOf, copyOf, newAccount, type Order, type Position, settingOf } from "./accounts.ts";
import type { Answer, ClearingHouse, Command, Leg, Party, Refusal, Scope, Setup, Side, Standing, State, Wallet } from "./commands.ts";
import { exactValue, initialMargin, maxLeverage, profit, tierOf, value } from "./contract.ts";
import { type Exact, exact, halfEven, least, most, shares, sum, up, zero } from "./exact.ts";
import { frozenBy, largestSize, opensLeg } from "./freezing.ts";
import { exactWorth, type Listed, type Market, marketOf, quantaFor, worth } from "./market.ts";
import * as scopes from "./scopes.ts";
import { stateOf } from "./state.ts";

type Named<Op extends Command["op"]> = Extract<Command, { op: Op }>;

class Refused extends Error {
  readonly code: Refusal;
  constructor(code: Refusal) {
    super(code);
    this.code = code;
  }
}

function refuseIf(condition: boolean, code: Refusal): void {
  if (condition) throw new Refused(code);
}

const isCount = (count: number): boolean => Number.isSafeInteger(count) && count > 0;

export class OracleHouse implements ClearingHouse {
  readonly market: Market;
  accounts: Account[];
  pools: Record<string, Exact>;
  house: Record<string, Exact>;
  /** CONS-2: by asset, deposits − withdrawals. */
  outside: Record<string, Exact>;

  constructor(setup: Setup) {
    this.market = marketOf(setup);
    const assets = Object.keys(this.market.assets);
    const instruments = Object.keys(this.market.listed);
    this.accounts = setup.accounts.map((mode, number) => newAccount(number, mode, assets, instruments));
    this.pools = Object.fromEntries(Object.values(this.market.listed).map(({ pool }) => [pool, zero]));
    this.house = Object.fromEntries(assets.map((asset) => [asset, zero]));
    this.outside = Object.fromEntries(assets.map((asset) => [asset, zero]));
  }

  apply(command: Command): Answer {
    const before = { accounts: this.accounts, pools: this.pools, house: this.house, outside: this.outside };
    this.accounts = before.accounts.map(copyOf);
    this.pools = { ...before.pools };
    this.house = { ...before.house };
    this.outside = { ...before.outside };
    try {
      this.#perform(command);
      return null;
    } catch (error) {
      Object.assign(this, before);
      if (error instanceof Refused) return error.code;
      throw error;
    }
  }

  state(): State {
    return stateOf(this);
  }

  standing(scope: Scope): Standing {
    return scopes.standing(this.market, this.#account(scope.account), scope);
  }

  available(account: number, asset: string | null): number {
    return scopes.available(this.market, this.#account(account), asset).toNumber() + 0;
  }

  free(account: number, asset: string | null): number {
    return scopes.free(this.market, this.#account(account), asset).toNumber() + 0;
  }

  #perform(command: Command): void {
    switch (command.op) {
      case "mark":
        this.#listed(command.instrument).mark = exact(command.ticks);
        return;
      case "last":
        this.#listed(command.instrument).last = exact(command.ticks);
        return;
      case "index":
        this.#asset(command.asset).index = exact(command.price);
        return;
      case "seed":
        this.#seed(command);
        return;
      case "deposit":
        this.#deposit(command);
        return;
      case "withdraw":
        this.#withdraw(command);
        return;
      case "transfer":
        this.#transfer(command);
        return;
      case "convert":
        this.#convert(this.#account(command.account));
        return;
      case "place":
        this.#place(command);
        return;
      case "cancel":
        this.#cancel(command);
        return;
      case "trade":
        this.#trade(command);
        return;
      case "add-margin":
        this.#addMargin(command);
        return;
      case "remove-margin":
        this.#removeMargin(command);
        return;
      case "leverage":
        this.#setLeverage(command);
        return;
      case "margin-mode":
        this.#setMarginMode(command);
        return;
      case "position-mode":
        this.#setPositionMode(command);
        return;
      case "funding":
        this.#funding(command);
        return;
      case "settle":
        this.#settle(command);
    }
  }

  // ── Money (ACCT-1) ──

  #seed({ instrument, amount }: Named<"seed">): void {
    const { pool, settle } = this.#listed(instrument);
    this.pools[pool] = (this.pools[pool] as Exact).plus(amount);
    this.outside[settle] = (this.outside[settle] as Exact).plus(amount);
  }

  #deposit({ account, asset, wallet, amount }: Named<"deposit">): void {
    const holder = this.#account(account);
    this.#asset(asset);
    refuseIf(!isCount(amount), "invalid-amount");
    this.#refuseMissingWallet(wallet);
    this.#credit(holder, asset, wallet, exact(amount));
    this.outside[asset] = (this.outside[asset] as Exact).plus(amount);
  }

  #withdraw({ account, asset, wallet, amount }: Named<"withdraw">): void {
    const holder = this.#account(account);
    this.#asset(asset);
    refuseIf(!isCount(amount), "invalid-amount");
    this.#refuseMissingWallet(wallet);
    this.#takeOut(holder, asset, wallet, exact(amount));
    this.outside[asset] = (this.outside[asset] as Exact).minus(amount);
  }

  #transfer({ account, asset, from, to, amount }: Named<"transfer">): void {
    const holder = this.#account(account);
    this.#asset(asset);
    refuseIf(!isCount(amount), "invalid-amount");
    this.#refuseMissingWallet(from);
    this.#refuseMissingWallet(to);
    refuseIf(from === to, "same-wallet");
    this.#takeOut(holder, asset, from, exact(amount));
    this.#credit(holder, asset, to, exact(amount));
  }

  #refuseMissingWallet(wallet: Wallet): void {
    refuseIf(this.market.rules.walletModel === "unified" && wallet !== "contract", "no-such-wallet");
  }

  /** Cash that leaves a wallet: never more than it has, from the contract wallet never what is needed there. */
  #takeOut(account: Account, asset: string, wallet: Wallet, amount: Exact): void {
    refuseIf(amount.greaterThan(account.wallets[asset]?.[wallet] as Exact), "insufficient-balance");
    this.#credit(account, asset, wallet, amount.negated());
    if (wallet === "contract") this.#refuseUnlessFree(account, asset);
  }

  #refuseUnlessFree(account: Account, asset: string): void {
    refuseIf(scopes.free(this.market, account, scopes.scopeAsset(account, asset)).lessThan(0), "insufficient-margin");
    const { wallet, frozenIsolated } = scopes.crossParts(this.market, account, asset);
    refuseIf(wallet.lessThan(frozenIsolated), "insufficient-margin");
  }

  #refuseUnlessAvailable(account: Account, asset: string): void {
    refuseIf(scopes.available(this.market, account, scopes.scopeAsset(account, asset)).lessThan(0), "insufficient-margin");
  }

  /** ACCT-6: a hole in one asset is filled by selling others to the house. */
  #convert(account: Account): void {
    if (account.mode === "single-currency") return;
    for (const asset of Object.keys(this.market.assets)) {
      const hole = () => most(zero, cashOf(account, asset).negated());
      const worthOf = (other: string) => worth(this.#asset(other), cashOf(account, other));
      const sellable = Object.keys(this.market.assets).filter((other) => other !== asset && worthOf(other).greaterThan(0));
      // The sort is stable: equal worth stays in the order of the assets.
      sellable.sort((a, b) => worthOf(b).comparedTo(worthOf(a)));
      for (const other of sellable) if (hole().greaterThan(0)) this.#sellCollateral(account, other, asset, hole());
    }
  }

  #sellCollateral(account: Account, sold: string, bought: string, hole: Exact): void {
    const proceeds = (quanta: Exact) => quantaFor(this.#asset(bought), exactWorth(this.#asset(sold), quanta));
    const all = cashOf(account, sold);
    const enough = proceeds(all).greaterThanOrEqualTo(hole);
    const amount = enough ? leastWhole(all, (quanta) => proceeds(quanta).greaterThanOrEqualTo(hole)) : all;
    const received = enough ? hole : halfEven(proceeds(all));
    this.#credit(account, sold, "contract", amount.negated());
    this.house[sold] = (this.house[sold] as Exact).plus(amount);
    this.#credit(account, bought, "contract", received);
    this.house[bought] = (this.house[bought] as Exact).minus(received);
  }

  // ── Orders (ORDER-2, ORDER-4) ──

  #place({ account, order, instrument, side, leg, lots, ticks }: Named<"place">): void {
    const owner = this.#account(account);
    const listed = this.#listed(instrument);
    refuseIf(!isCount(lots), "invalid-size");
    refuseIf(!isCount(ticks), "invalid-price");
    refuseIf(listed.expired, "expired");
    refuseIf(
      owner.orders.some(({ id }) => id === order),
      "duplicate-order",
    );
    const named = this.#legOf(owner, leg);
    const placed: Order = { id: order, instrument, side, leg: named, ticks: exact(ticks), lots: exact(lots) };
    const position = scopes.positionOf(owner, instrument, named)?.lots ?? zero;
    const others = this.#orders(owner, instrument, named);
    const closing = [...others, placed].filter((one) => !opensLeg(one));
    refuseIf(!opensLeg(placed) && sum(closing.map((one) => one.lots)).greaterThan(position.abs()), "exceeds-leg");
    const sizeBefore = largestSize(position, others);
    const size = largestSize(position, [...others, placed]);
    const highest = this.#highestLeverage(owner, instrument, named, size);
    refuseIf(size.greaterThan(sizeBefore) && scopes.leverageOf(owner, instrument, named).greaterThan(highest), "leverage-above-tier");
    const before = this.#frozen(owner, instrument, named);
    owner.orders.push(placed);
    this.#freeze(owner, instrument, named);
    if (this.#frozen(owner, instrument, named).lessThanOrEqualTo(before)) return;
    if (scopes.isCross(owner, instrument)) this.#refuseUnlessAvailable(owner, listed.settle);
    else this.#refuseUnlessFree(owner, listed.settle);
  }

  #cancel({ account, order }: Named<"cancel">): void {
    const owner = this.#account(account);
    const found = owner.orders.find(({ id }) => id === order);
    refuseIf(found === undefined, "no-such-order");
    this.#remove(owner, found as Order);
  }

  #remove(account: Account, order: Order): void {
    account.orders = account.orders.filter((other) => other !== order);
    this.#freeze(account, order.instrument, order.leg);
  }

  #orders(account: Account, instrument: string, leg: Leg | null): Order[] {
    return account.orders.filter((order) => order.instrument === instrument && order.leg === leg);
  }

  #frozen(account: Account, instrument: string, leg: Leg | null): Exact {
    return sum(account.frozen.filter((entry) => entry.instrument === instrument && entry.leg === leg).map((entry) => entry.amount));
  }

  /** The frozen amount of a contract (and leg) anew, at the prices of now. */
  #freeze(account: Account, instrument: string, leg: Leg | null): void {
    account.frozen = account.frozen.filter((entry) => entry.instrument !== instrument || entry.leg !== leg);
    const orders = this.#orders(account, instrument, leg);
    if (orders.length === 0) return;
    const listed = this.#listed(instrument);
    const prices = { mark: listed.mark, value: scopes.valuePrice(this.market, listed) };
    const terms = {
      leverage: scopes.leverageOf(account, instrument, leg),
      closingFees: this.market.rules.closingFeeInPositionMargin,
    };
    const lots = scopes.positionOf(account, instrument, leg)?.lots ?? zero;
    account.frozen.push({ instrument, leg, ...frozenBy(listed.contract, prices, terms, lots, orders) });
  }

  // ── Fills (INST-1..4, ORDER-3) ──

  #trade({ instrument, lots, ticks, buyer, seller }: Named<"trade">): void {
    const listed = this.#listed(instrument);
    refuseIf(!isCount(lots), "invalid-size");
    refuseIf(!isCount(ticks), "invalid-price");
    refuseIf(listed.expired, "expired");
    refuseIf(buyer.account === seller.account, "same-account");
    this.#checkParty(instrument, "buy", exact(lots), exact(ticks), buyer);
    this.#checkParty(instrument, "sell", exact(lots), exact(ticks), seller);
    this.#fill(instrument, "buy", exact(lots), exact(ticks), buyer);
    this.#fill(instrument, "sell", exact(lots), exact(ticks), seller);
  }

  #checkParty(instrument: string, side: Side, lots: Exact, ticks: Exact, party: Party): void {
    const account = this.#account(party.account);
    let leg = party.leg ?? null;
    if (party.order !== undefined) {
      const order = account.orders.find(({ id }) => id === party.order);
      refuseIf(order === undefined, "no-such-order");
      const found = order as Order;
      const worse = side === "buy" ? ticks.greaterThan(found.ticks) : ticks.lessThan(found.ticks);
      refuseIf(found.instrument !== instrument || found.side !== side || found.leg !== leg || worse, "order-mismatch");
      refuseIf(lots.greaterThan(found.lots), "exceeds-order");
    } else leg = this.#legOf(account, party.leg);
    const closes = (leg === "long" && side === "sell") || (leg === "short" && side === "buy");
    const held = (scopes.positionOf(account, instrument, leg)?.lots ?? zero).abs();
    refuseIf(closes && lots.greaterThan(held), "exceeds-leg");
  }

  #fill(instrument: string, side: Side, lots: Exact, ticks: Exact, party: Party): void {
    const account = this.#account(party.account);
    const listed = this.#listed(instrument);
    const leg = party.leg ?? null;
    const cross = scopes.isCross(account, instrument);
    const sign = side === "buy" ? 1 : -1;
    const held = scopes.positionOf(account, instrument, leg)?.lots ?? zero;
    const closing = held.times(sign).lessThan(0) ? least(held.abs(), lots) : zero;
    const opening = lots.minus(closing);
    const whole = value(listed.contract, ticks, lots);
    const closed = opening.isZero() ? whole : value(listed.contract, ticks, closing);
    const opened = whole.minus(closed);
    const feeOf = (amount: Exact) => up(amount.times(listed.rates[party.liquidity]));
    if (closing.greaterThan(0)) {
      if (cross) {
        this.#closeCross(account, instrument, leg, closing, closed);
        this.#payCrossFee(account, listed, feeOf(closed));
        this.#coverEmptyScope(account, listed);
      } else this.#closeIsolated(account, instrument, leg, closing, closed, feeOf(closed));
    }
    if (opening.greaterThan(0)) {
      if (cross) {
        this.#extend(account, instrument, leg, opening.times(sign), opened);
        this.#payCrossFee(account, listed, feeOf(opened));
      } else this.#openIsolated(account, instrument, leg, opening.times(sign), opened, feeOf(opened));
    }
    const order = account.orders.find(({ id }) => id === party.order);
    if (order !== undefined) order.lots = order.lots.minus(lots);
    account.orders = account.orders.filter((one) => one.lots.greaterThan(0));
    this.#freeze(account, instrument, leg);
  }

  #extend(account: Account, instrument: string, leg: Leg | null, lots: Exact, amount: Exact): Position {
    let position = scopes.positionOf(account, instrument, leg);
    if (position === undefined) {
      position = { instrument, leg, lots: zero, entry: zero, margin: zero };
      account.positions.push(position);
    }
    position.lots = position.lots.plus(lots);
    position.entry = position.entry.plus(amount);
    return position;
  }

  /** INST-4: takes `closing` lots and their part of entry value and margin out of the position. */
  #release(account: Account, instrument: string, leg: Leg | null, closing: Exact, closed: Exact) {
    const position = scopes.positionOf(account, instrument, leg) as Position;
    const size = position.lots.abs();
    const side = position.lots.lessThan(0) ? -1 : 1;
    const partOf = (amount: Exact) => (closing.equals(size) ? amount : halfEven(amount.times(closing).div(size)));
    const [entry, margin] = [partOf(position.entry), partOf(position.margin)];
    const whole = position.margin;
    position.lots = position.lots.minus(closing.times(side));
    position.entry = position.entry.minus(entry);
    position.margin = position.margin.minus(margin);
    if (position.lots.isZero()) account.positions = account.positions.filter((other) => other !== position);
    return { position, margin, wholeMargin: whole, gain: profit(this.#listed(instrument).contract, side, entry, closed) };
  }

  #closeCross(account: Account, instrument: string, leg: Leg | null, closing: Exact, closed: Exact): void {
    const { gain } = this.#release(account, instrument, leg, closing, closed);
    this.#credit(account, this.#listed(instrument).settle, "contract", gain);
  }

  #payCrossFee(account: Account, listed: Listed, due: Exact): void {
    const fee = least(due, scopes.remainingOf(this.market, account, listed.settle));
    this.#credit(account, listed.settle, "contract", fee.negated());
    this.house[listed.settle] = (this.house[listed.settle] as Exact).plus(fee);
  }

  #closeIsolated(account: Account, instrument: string, leg: Leg | null, closing: Exact, closed: Exact, due: Exact): void {
    const listed = this.#listed(instrument);
    const { position, margin, wholeMargin, gain } = this.#release(account, instrument, leg, closing, closed);
    const fee = least(due, most(zero, wholeMargin.plus(gain)));
    this.house[listed.settle] = (this.house[listed.settle] as Exact).plus(fee);
    const cash = margin.plus(gain).minus(fee);
    if (cash.greaterThanOrEqualTo(0)) {
      this.#credit(account, listed.settle, "contract", cash);
      return;
    }
    const left = position.margin.plus(cash);
    position.margin = most(zero, left);
    if (left.lessThan(0)) this.#payFromPool(listed, left.negated());
  }

  #openIsolated(account: Account, instrument: string, leg: Leg | null, lots: Exact, opened: Exact, due: Exact): void {
    const listed = this.#listed(instrument);
    const cash = () => most(zero, cashOf(account, listed.settle));
    const fee = least(due, cash());
    this.#credit(account, listed.settle, "contract", fee.negated());
    this.house[listed.settle] = (this.house[listed.settle] as Exact).plus(fee);
    const { closingFeeInPositionMargin } = this.market.rules;
    const needed = initialMargin(listed.contract, opened, scopes.leverageOf(account, instrument, leg), closingFeeInPositionMargin);
    const moved = least(needed, cash());
    this.#credit(account, listed.settle, "contract", moved.negated());
    const position = this.#extend(account, instrument, leg, lots, opened);
    position.margin = position.margin.plus(moved);
  }

  /** Decision 14. */
  #coverEmptyScope(account: Account, listed: Listed): void {
    if (account.mode === "multi-currency") return;
    const holds = account.positions.some(
      ({ instrument }) => this.#listed(instrument).settle === listed.settle && scopes.isCross(account, instrument),
    );
    const wallet = cashOf(account, listed.settle);
    if (holds || !wallet.lessThan(0)) return;
    this.#credit(account, listed.settle, "contract", wallet.negated());
    this.#payFromPool(listed, wallet.negated());
  }

  #payFromPool(listed: Listed, amount: Exact): void {
    const pool = this.pools[listed.pool] as Exact;
    const paid = least(pool, amount);
    this.pools[listed.pool] = pool.minus(paid);
    this.house[listed.settle] = (this.house[listed.settle] as Exact).minus(amount.minus(paid));
  }

  // ── Adjustments (ACCT-2..4) ──

  #addMargin({ account, instrument, leg, amount }: Named<"add-margin">): void {
    const { owner, position } = this.#adjustable(account, instrument, leg, amount);
    const { settle } = this.#listed(instrument);
    position.margin = position.margin.plus(amount);
    this.#takeOut(owner, settle, "contract", exact(amount));
  }

  #removeMargin({ account, instrument, leg, amount }: Named<"remove-margin">): void {
    const { owner, position } = this.#adjustable(account, instrument, leg, amount);
    position.margin = position.margin.minus(amount);
    refuseIf(this.#shortOfInitialMargin(owner, position).greaterThan(0), "below-initial-margin");
    this.#credit(owner, this.#listed(instrument).settle, "contract", exact(amount));
  }

  #adjustable(number: number, instrument: string, leg: Leg | undefined, amount: number) {
    const owner = this.#account(number);
    this.#listed(instrument);
    refuseIf(!isCount(amount), "invalid-amount");
    const named = this.#legOf(owner, leg);
    refuseIf(scopes.isCross(owner, instrument), "not-isolated");
    const position = scopes.positionOf(owner, instrument, named);
    refuseIf(position === undefined, "no-position");
    return { owner, position: position as Position };
  }

  /** Decision 20: how much margin + min(u, 0) is below the initial margin; not positive: enough. */
  #shortOfInitialMargin(account: Account, position: Position): Exact {
    const has = position.margin.plus(least(zero, scopes.unrealized(this.market, position)));
    return scopes.positionInitialMargin(this.market, account, position).minus(has);
  }

  #setLeverage({ account, instrument, leg, leverageHundredths }: Named<"leverage">): void {
    const owner = this.#account(account);
    const listed = this.#listed(instrument);
    refuseIf(!Number.isSafeInteger(leverageHundredths) || leverageHundredths < 100, "invalid-leverage");
    const named = this.#legOf(owner, leg);
    const leverage = exact(leverageHundredths).div(100);
    if (scopes.leverageOf(owner, instrument, named).equals(leverage)) return;
    const position = scopes.positionOf(owner, instrument, named);
    const size = largestSize(position?.lots ?? zero, this.#orders(owner, instrument, named));
    refuseIf(leverage.greaterThan(this.#highestLeverage(owner, instrument, named, size)), "leverage-above-tier");
    const marginOf = () => (position === undefined ? zero : scopes.positionInitialMargin(this.market, owner, position));
    const [frozenBefore, marginBefore] = [this.#frozen(owner, instrument, named), marginOf()];
    const setting = settingOf(owner, instrument);
    setting.leverage = named === null ? { long: leverage, short: leverage } : { ...setting.leverage, [named]: leverage };
    this.#freeze(owner, instrument, named);
    const raised = this.#frozen(owner, instrument, named).greaterThan(frozenBefore);
    if (scopes.isCross(owner, instrument)) {
      if (raised || marginOf().greaterThan(marginBefore)) this.#refuseUnlessAvailable(owner, listed.settle);
      return;
    }
    const moved = position === undefined ? zero : most(zero, this.#shortOfInitialMargin(owner, position));
    if (position !== undefined) position.margin = position.margin.plus(moved);
    this.#credit(owner, listed.settle, "contract", moved.negated());
    if (raised || moved.greaterThan(0)) this.#refuseUnlessFree(owner, listed.settle);
  }

  /** TIER-3: the largest leverage at a size, valued as for the requirement. */
  #highestLeverage(account: Account, instrument: string, leg: Leg | null, size: Exact): Exact {
    const { contract } = this.#listed(instrument);
    return maxLeverage(tierOf(contract, size, scopes.valueAtSize(this.market, account, instrument, leg, size)));
  }

  #setMarginMode({ account, instrument, mode }: Named<"margin-mode">): void {
    const owner = this.#account(account);
    this.#listed(instrument);
    const setting = settingOf(owner, instrument);
    if (setting.marginMode === mode) return;
    const counts = (one: { instrument: string }) => this.market.rules.marginModeChange === "account" || one.instrument === instrument;
    refuseIf(owner.positions.some(counts), "has-position");
    refuseIf(owner.orders.some(counts), "has-order");
    setting.marginMode = mode;
  }

  #setPositionMode({ account, mode }: Named<"position-mode">): void {
    const owner = this.#account(account);
    if (owner.positionMode === mode) return;
    refuseIf(owner.positions.length > 0, "has-position");
    refuseIf(owner.orders.length > 0, "has-order");
    owner.positionMode = mode;
    if (mode === "one-way") for (const { leverage } of Object.values(owner.settings)) leverage.short = leverage.long;
  }

  // ── Events (MARK-3, INST-5) ──

  #funding({ instrument, rate }: Named<"funding">): void {
    const listed = this.#listed(instrument);
    refuseIf(listed.expired, "expired");
    const amountOf = (position: Position) => value(listed.contract, listed.mark, position.lots.abs());
    const pays = (position: Position) => position.lots.times(rate).greaterThan(0);
    let total = zero;
    for (const { account, position } of this.#holders(instrument).filter((holder) => pays(holder.position))) {
      const due = up(amountOf(position).times(exact(rate).abs()));
      const cross = scopes.isCross(account, instrument);
      const paid = least(due, cross ? scopes.remainingOf(this.market, account, listed.settle) : position.margin);
      if (cross) this.#credit(account, listed.settle, "contract", paid.negated());
      else position.margin = position.margin.minus(paid);
      if (paid.lessThan(due)) this.#payFromPool(listed, due.minus(paid));
      total = total.plus(due);
    }
    if (total.isZero()) return;
    const receivers = this.#holders(instrument).filter((holder) => !pays(holder.position));
    const given = shares(
      total,
      receivers.map(({ position }) => amountOf(position)),
    );
    receivers.forEach(({ account, position }, index) => {
      const received = given[index] as Exact;
      if (scopes.isCross(account, instrument)) this.#credit(account, listed.settle, "contract", received);
      else position.margin = position.margin.plus(received);
    });
  }

  #settle({ instrument, numerator, denominator }: Named<"settle">): void {
    const listed = this.#listed(instrument);
    refuseIf(listed.expired, "expired");
    for (const account of this.accounts) {
      for (const order of account.orders.filter((one) => one.instrument === instrument)) this.#remove(account, order);
    }
    const holders = this.#holders(instrument);
    const closings = [true, false].flatMap((long) => {
      const ofSide = holders.filter(({ position }) => position.lots.greaterThan(0) === long);
      const sizes = ofSide.map(({ position }) => position.lots.abs());
      const total = halfEven(exactValue(listed.contract, exact(numerator), sum(sizes), exact(denominator)));
      const amounts = shares(total, sizes);
      return ofSide.map((holder, index) => ({ ...holder, amount: amounts[index] as Exact }));
    });
    for (const { account, position } of holders) {
      const closed = closings.find((one) => one.position === position)?.amount as Exact;
      const size = position.lots.abs();
      if (scopes.isCross(account, instrument)) this.#closeCross(account, instrument, position.leg, size, closed);
      else this.#closeIsolated(account, instrument, position.leg, size, closed, zero);
      this.#coverEmptyScope(account, listed);
    }
    listed.expired = true;
  }

  /** Positions of an instrument by account, net or long leg before short. */
  #holders(instrument: string): { account: Account; position: Position }[] {
    return this.accounts.flatMap((account) =>
      scopes
        .legsOf(account)
        .map((leg) => scopes.positionOf(account, instrument, leg))
        .filter((position) => position !== undefined)
        .map((position) => ({ account, position })),
    );
  }

  // ── Looking up ──

  #account(number: number): Account {
    const account = this.accounts[number];
    if (account === undefined) throw new Error(`no account ${number}`);
    return account;
  }

  #listed(instrument: string): Listed {
    return scopes.listedOf(this.market, instrument);
  }

  #asset(symbol: string) {
    const asset = this.market.assets[symbol];
    if (asset === undefined) throw new Error(`no asset ${symbol}`);
    return asset;
  }

  #legOf(account: Account, leg: Leg | undefined): Leg | null {
    refuseIf(account.positionMode === "hedge" && leg === undefined, "leg-required");
    refuseIf(account.positionMode === "one-way" && leg !== undefined, "leg-not-allowed");
    return leg ?? null;
  }

  #credit(account: Account, asset: string, wallet: Wallet, amount: Exact): void {
    const wallets = account.wallets[asset] as Record<Wallet, Exact>;
    wallets[wallet] = wallets[wallet].plus(amount);
  }
}

/** The least whole number up to `high` that is enough; `high` is. */
function leastWhole(high: Exact, isEnough: (candidate: Exact) => boolean): Exact {
  let [low, top] = [zero, high];
  while (low.lessThan(top)) {
    const middle = low.plus(top).div(2).floor();
    if (isEnough(middle)) top = middle;
    else low = middle.plus(1);
  }
  return top;
}
