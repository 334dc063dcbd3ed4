/**
 * Random worlds and random histories of commands. A history is a list of wishes, small
 * numbers that fast-check can shrink; each becomes a command by what is there when its turn comes, so that
 * orders are cancelled and filled, legs closed and margins moved, and not only refused.
 */
import fc from "fast-check";
import type { AccountMode, Command, Leg, Party, Rules, Setup, SetupInstrument, SetupTier, Side, State, Wallet } from "./commands.ts";

export interface Wish {
  readonly what: number;
  readonly account: number;
  readonly other: number;
  readonly instrument: number;
  readonly side: boolean;
  readonly flag: boolean;
  readonly size: number;
  /** −1…1 */
  readonly place: number;
  readonly amount: number;
  /** One in twenty: names a leg, wallet or order that does not fit. */
  readonly odd: number;
}

export const wish: fc.Arbitrary<Wish> = fc.record({
  what: fc.nat(99),
  account: fc.nat(2),
  other: fc.nat(1),
  instrument: fc.nat(99),
  side: fc.boolean(),
  flag: fc.boolean(),
  size: fc.integer({ min: 1, max: 40 }),
  place: fc.integer({ min: -100, max: 100 }).map((hundredths) => hundredths / 100),
  amount: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 40_000_000 })),
  odd: fc.nat(19),
});

export const rules: fc.Arbitrary<Rules> = fc.record({
  walletModel: fc.constantFrom("separate", "unified"),
  marginModeChange: fc.constantFrom("instrument", "account"),
  unrealizedProfitAsMargin: fc.constantFrom("none", "own", "all"),
  positionValueAt: fc.constantFrom("mark", "last", "entry"),
  tiersIncludeOpenOrders: fc.boolean(),
  closingFeeInPositionMargin: fc.constantFrom("once", "twice"),
  maintenanceIncludesClosingFee: fc.boolean(),
  closingFeeRate: fc.constantFrom("taker", "liquidation"),
  triggerAt: fc.constantFrom("at-or-below", "below"),
});

const FEES = [
  { maker: "0.0002", taker: "0.0005", liquidation: "0.0125" },
  { maker: "-0.00025", taker: "0.00075", liquidation: "0.0005" },
  { maker: "0", taker: "0", liquidation: "0" },
];

interface Terms {
  readonly tierScheme: "flat" | "marginal";
  readonly unit: "quote" | "base" | "contracts";
  readonly fees: number;
  readonly deductions: boolean;
}

const terms: fc.Arbitrary<Terms> = fc.record({
  tierScheme: fc.constantFrom("flat", "marginal"),
  unit: fc.constantFrom("quote", "base", "contracts"),
  fees: fc.nat(2),
  deductions: fc.boolean(),
});

/** Three tiers whose edges lie where the positions of a history do. */
function tiersOf(unit: SetupTier["unit"], bounds: readonly [string, string], deductions: readonly string[] | null): SetupTier[] {
  const tier = (upTo: string | null, maintenanceMarginRate: string, maxLeverage: string, at: number): SetupTier => ({
    upTo,
    unit,
    maintenanceMarginRate,
    maxLeverage,
    ...(deductions === null ? {} : { deduction: deductions[at] as string }),
  });
  return [tier(bounds[0], "0.004", "100", 0), tier(bounds[1], "0.0075", "66.66", 1), tier(null, "0.025", "20", 2)];
}

function linear(symbol: string, productLine: "perpetual" | "delivery", at: Terms): SetupInstrument {
  const bounds: Record<SetupTier["unit"], [string, string]> = { contracts: ["20", "60"], base: ["0.2", "0.6"], quote: ["20", "60.5"] };
  return {
    symbol,
    kind: "linear",
    productLine,
    underlying: "X",
    settle: "USDT",
    tickSize: "0.1",
    lotSize: "1",
    multiplier: "0.01",
    tierScheme: at.tierScheme,
    tiers: tiersOf(at.unit, bounds[at.unit], at.deductions ? ["0", "0.07", "1.12875"] : null),
    fees: FEES[at.fees] as SetupInstrument["fees"],
    markTicks: 1003,
    lastTicks: 1001,
  };
}

function inverse(symbol: string, at: Terms): SetupInstrument {
  const bounds: Record<SetupTier["unit"], [string, string]> = { contracts: ["2", "6"], quote: ["200", "600"], base: ["2", "6.05"] };
  return {
    symbol,
    kind: "inverse",
    productLine: "perpetual",
    underlying: "X",
    settle: "X",
    tickSize: "0.1",
    lotSize: "0.1",
    multiplier: "1",
    faceValue: "100",
    tierScheme: at.tierScheme,
    tiers: tiersOf(at.unit, bounds[at.unit], at.deductions ? ["0", "0.007", "0.112875"] : null),
    fees: FEES[at.fees] as SetupInstrument["fees"],
    markTicks: 1003,
    lastTicks: 1001,
  };
}

/** How an account begins: hedge mode, isolated in the first instruments, at a leverage, with more or less money. */
export interface Start {
  readonly hedge: boolean;
  readonly isolated: readonly boolean[];
  readonly leverageHundredths: number;
  /** Dollars or so of each asset; 0: none. */
  readonly deposits: readonly number[];
}

/** A world and how its accounts begin. */
export interface World {
  readonly setup: Setup;
  readonly starts: readonly Start[];
}

const start: fc.Arbitrary<Start> = fc.record({
  hedge: fc.boolean(),
  isolated: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  leverageHundredths: fc.constantFrom(100, 500, 1250, 2000, 5000, 10_000),
  deposits: fc.array(fc.oneof(fc.integer({ min: 1, max: 120 }), fc.constant(0)), { minLength: 2, maxLength: 2 }),
});

const setup: fc.Arbitrary<Setup> = fc
  .record({
    rules,
    linear: terms,
    delivery: terms,
    inverse: terms,
    quantum: fc.constantFrom("0.000001", "0.0001", "0.001"),
    accounts: fc.array(fc.constantFrom<AccountMode>("single-currency", "single-currency", "multi-currency"), {
      minLength: 3,
      maxLength: 3,
    }),
    haircuts: fc.boolean(),
  })
  .map((drawn) => ({
    rules: drawn.rules,
    assets: [
      { symbol: "USDT", quantum: drawn.quantum, index: "0.9998", collateral: drawn.haircuts ? [{ upTo: null, haircut: "0.01" }] : [] },
      {
        symbol: "X",
        quantum: "0.0001",
        index: "100.25",
        collateral: drawn.haircuts
          ? [
              { upTo: "0.5", haircut: "0.05" },
              { upTo: "3", haircut: "0.15" },
              { upTo: null, haircut: "0.4" },
            ]
          : [],
      },
    ],
    instruments: [
      linear("X-USDT", "perpetual", drawn.linear),
      inverse("X-USD", drawn.inverse),
      linear("X-USDT-D", "delivery", drawn.delivery),
    ],
    accounts: drawn.accounts,
  }));

export const world: fc.Arbitrary<World> = fc.record({
  setup,
  starts: fc.array(start, { minLength: 3, maxLength: 3 }),
});

export const wishes = (most: number): fc.Arbitrary<Wish[]> => fc.array(wish, { minLength: 5, maxLength: most, size: "max" });

const WALLETS: readonly Wallet[] = ["funding", "spot", "contract"];

/** What becomes of a wish, given the state, the marks and who is in hedge mode. */
export class Historian {
  readonly setup: Setup;
  readonly #starts: readonly Start[];
  readonly #ticks: Record<string, number>;
  readonly #hedged: boolean[];
  readonly #orders = new Map<number, Extract<Command, { op: "place" }>>();
  #nextOrder = 1;

  constructor({ setup, starts }: World) {
    this.setup = setup;
    this.#starts = starts;
    this.#ticks = Object.fromEntries(setup.instruments.map(({ symbol, markTicks }) => [symbol, markTicks]));
    this.#hedged = setup.accounts.map(() => false);
  }

  /** Everyone begins with something, in a mode and at a leverage. */
  opening(): Command[] {
    const commands = this.#starts.flatMap((start, account) => this.#beginning(start, account));
    return [...commands, { op: "seed", instrument: "X-USDT", amount: 1000 }];
  }

  #beginning({ hedge, isolated, leverageHundredths, deposits }: Start, account: number): Command[] {
    const { assets, instruments } = this.setup;
    const money = assets.flatMap(({ symbol, quantum }, index): Command[] => {
      const amount = Math.ceil((deposits[index] as number) / (symbol === "X" ? 40 : 1) / Number(quantum));
      return amount === 0 ? [] : [{ op: "deposit", account, asset: symbol, wallet: "contract", amount }];
    });
    const mode: Command[] = hedge ? [{ op: "position-mode", account, mode: "hedge" }] : [];
    const legs: { leg?: Leg }[] = hedge ? [{ leg: "long" }, { leg: "short" }] : [{}];
    const settings = instruments.flatMap(({ symbol }, index): Command[] => [
      ...(isolated[index] ? [{ op: "margin-mode", account, instrument: symbol, mode: "isolated" } as const] : []),
      ...legs.map((leg) => ({ op: "leverage", account, instrument: symbol, ...leg, leverageHundredths }) as const),
    ]);
    return [...money, ...mode, ...settings];
  }

  /** To be told of each command that was done. */
  done(command: Command): void {
    if (command.op === "mark") this.#ticks[command.instrument] = command.ticks;
    if (command.op === "position-mode") this.#hedged[command.account] = command.mode === "hedge";
    if (command.op === "place") this.#orders.set(command.order, command);
  }

  command(wished: Wish, state: State): Command {
    const { what } = wished;
    if (what < 24) return this.#place(wished);
    if (what < 46) return this.#fill(wished, state);
    if (what < 52) return this.#trade(wished, state);
    if (what < 56) return this.#cancel(wished, state);
    if (what < 64) return this.#price(wished);
    if (what < 72) return this.#leverage(wished);
    if (what < 86) return this.#money(wished, state);
    return this.#rest(wished);
  }

  #instrument({ instrument, account }: Wish): SetupInstrument {
    // Mostly the first, so that histories meet.
    const index = instrument < 55 ? 0 : instrument < 80 ? 1 : 2;
    return this.setup.instruments[(index + (account > 2 ? 1 : 0)) % this.setup.instruments.length] as SetupInstrument;
  }

  /** In hedge mode a leg, now and then in one-way mode too; for a side mostly the one it opens. */
  #leg(wished: Wish, account = wished.account, side?: Side): { leg?: Leg } {
    if (this.#hedged[account] !== (wished.odd !== 0)) return {};
    if (side === undefined) return { leg: wished.flag ? "long" : "short" };
    return { leg: (side === "buy") === (wished.size % 4 !== 0) ? "long" : "short" };
  }

  #near(symbol: string, place: number): number {
    return Math.max(1, Math.round((this.#ticks[symbol] as number) * (1 + place / 20)));
  }

  #place(wished: Wish): Command {
    const { symbol } = this.#instrument(wished);
    const side: Side = wished.side ? "buy" : "sell";
    const order = wished.odd === 1 ? 1 : this.#nextOrder++;
    const lots = wished.odd === 2 ? 0 : wished.size;
    return {
      op: "place",
      account: wished.account,
      order,
      instrument: symbol,
      side,
      ...this.#leg(wished, wished.account, side),
      lots,
      ticks: this.#near(symbol, wished.place),
    };
  }

  /** An open order against an order of somebody else's on the other side, or against somebody without one. */
  #fill(wished: Wish, state: State): Command {
    if (state.orders.length === 0) return this.#place(wished);
    const open = state.orders[wished.instrument % state.orders.length] as State["orders"][number];
    const order = this.#orders.get(open.order) as Extract<Command, { op: "place" }>;
    const other = (open.account + 1 + wished.other) % this.setup.accounts.length;
    const match = state.orders.find((candidate) => {
      const found = this.#orders.get(candidate.order);
      return candidate.account === other && found?.instrument === order.instrument && found.side !== order.side;
    });
    const maker: Party = { account: open.account, order: open.order, ...legOf(order), liquidity: "maker" };
    const taker: Party =
      match === undefined
        ? {
            account: other,
            ...this.#leg(wished, other, order.side === "buy" ? "sell" : "buy"),
            liquidity: wished.odd === 3 ? "liquidation" : "taker",
          }
        : { account: other, order: match.order, ...legOf(this.#orders.get(match.order) as typeof order), liquidity: "taker" };
    const most = match === undefined ? open.lots : Math.min(open.lots, match.lots);
    const lots = wished.odd === 4 ? wished.size : wished.flag ? most : Math.min(most, wished.size);
    const [buyer, seller] = order.side === "buy" ? [maker, taker] : [taker, maker];
    return { op: "trade", instrument: order.instrument, lots, ticks: order.ticks, buyer, seller };
  }

  #trade(wished: Wish, state: State): Command {
    const { symbol } = this.#instrument(wished);
    const other = (wished.account + 1 + wished.other) % this.setup.accounts.length;
    const held = state.positions.find(({ account, instrument }) => account === wished.account && instrument === symbol);
    // Half of them close what is there.
    const closes = held !== undefined && wished.flag;
    const lots = closes ? Math.abs(held.lots) : wished.size;
    const leg = held?.leg ?? null;
    const buys = closes ? held.lots < 0 : wished.side;
    const [side, against]: Side[] = buys ? ["buy", "sell"] : ["sell", "buy"];
    const own = closes ? (leg === null ? {} : { leg }) : this.#leg(wished, wished.account, side);
    const party: Party = { account: wished.account, ...own, liquidity: "taker" };
    const counter: Party = { account: other, ...this.#leg(wished, other, against), liquidity: "maker" };
    const [buyer, seller] = buys ? [party, counter] : [counter, party];
    return { op: "trade", instrument: symbol, lots, ticks: this.#near(symbol, wished.place), buyer, seller };
  }

  #cancel(wished: Wish, state: State): Command {
    const open = state.orders[wished.instrument % Math.max(1, state.orders.length)];
    return { op: "cancel", account: open?.account ?? wished.account, order: wished.odd === 5 ? 0 : (open?.order ?? 1) };
  }

  #price(wished: Wish): Command {
    const { symbol } = this.#instrument(wished);
    if (wished.odd < 3) return { op: "index", asset: wished.side ? "USDT" : "X", price: (1 + Math.abs(wished.place) * 99).toFixed(2) };
    const ticks = this.#near(symbol, wished.place * (wished.flag ? 8 : 1));
    return wished.odd < 8 ? { op: "last", instrument: symbol, ticks } : { op: "mark", instrument: symbol, ticks };
  }

  #leverage(wished: Wish): Command {
    const { symbol } = this.#instrument(wished);
    const { account } = wished;
    if (wished.size < 10) return { op: "margin-mode", account, instrument: symbol, mode: wished.flag ? "isolated" : "cross" };
    if (wished.size < 16) return { op: "position-mode", account, mode: wished.flag ? "hedge" : "one-way" };
    const leverageHundredths = wished.odd === 6 ? 99 : 100 + Math.round(Math.abs(wished.place) * 80) * 125;
    return { op: "leverage", account, instrument: symbol, ...this.#leg(wished), leverageHundredths };
  }

  #money(wished: Wish, state: State): Command {
    const { account, size } = wished;
    const { symbol, settle } = this.#instrument(wished);
    const holds = state.wallets.find((entry) => entry.account === account && entry.asset === settle && entry.wallet === "contract");
    // A part of what is there, so that the limit is met from both sides.
    const amount =
      wished.odd === 7 ? 0 : wished.flag ? Math.max(1, Math.round(Math.abs(wished.place * (holds?.amount ?? 0)))) : wished.amount;
    const inside = this.setup.rules.walletModel === "unified" && wished.odd !== 8 ? "contract" : (WALLETS[size % 3] as Wallet);
    const other: Wallet = wished.odd === 9 ? inside : (WALLETS[(size + 1 + wished.other) % 3] as Wallet);
    if (size < 4) return { op: "deposit", account, asset: settle, wallet: inside, amount };
    if (size < 8) return { op: "withdraw", account, asset: settle, wallet: inside, amount };
    if (size < 18) return { op: "transfer", account, asset: settle, from: inside, to: other, amount };
    const held = state.positions.find((position) => position.account === account && position.margin > 0);
    const instrument = held?.instrument ?? symbol;
    const leg = held === undefined ? this.#leg(wished) : held.leg === null ? {} : { leg: held.leg };
    const part = held !== undefined && wished.flag ? Math.max(1, Math.round(wished.place ** 4 * held.margin)) : amount;
    return { op: size < 26 ? "add-margin" : "remove-margin", account, instrument, ...leg, amount: part };
  }

  #rest(wished: Wish): Command {
    const { symbol } = this.#instrument(wished);
    if (wished.what < 94) return { op: "funding", instrument: symbol, rate: (wished.place / 50).toFixed(5) };
    if (wished.what < 98) return { op: "convert", account: wished.account };
    return { op: "settle", instrument: "X-USDT-D", numerator: this.#near("X-USDT-D", wished.place) * 7 + wished.size, denominator: 7 };
  }
}

function legOf({ leg }: { leg?: Leg }): { leg?: Leg } {
  return leg === undefined ? {} : { leg };
}
