import { afterEach, describe, expect, test, vi } from "vitest";
import { FIRST_TRADER_ACCOUNT } from "../../../sim/clearing/accounts.ts";
import { compareFailures, type Failure } from "../../../sim/clearing/liquidation.ts";
import { BOOKED } from "../../../sim/clearing/portfolio/arithmetic.ts";
import { failsAt } from "../../../sim/clearing/portfolio/liquidation-price.ts";
import { type Frozen, frozenFor } from "../../../sim/clearing/portfolio/open-orders.ts";
import type { Portfolio, PortfolioAsset, PortfolioOrder, Sign } from "../../../sim/clearing/portfolio/portfolio.ts";
import { initialMarginOfLeg } from "../../../sim/clearing/portfolio/reduction.ts";
import { figuresOf, marksOf, type Scope, scopesOf } from "../../../sim/clearing/portfolio/scope.ts";
import { CrossStanding, type CrossVenue, type PlannedOrder } from "../../../sim/cross/standing.ts";
import { CrossWatch } from "../../../sim/cross/watch.ts";
import { createStream } from "../../../sim/kernel/random.ts";
import { Simulation } from "../../../sim/simulation.ts";
import { minus, over, rationalOf, rounded, sign, times, whole } from "../../../sim/venue/rational.ts";
import type { Ratio } from "../../../sim/venue/whole.ts";
import { only } from "../one-instrument.ts";
import { randomCross } from "./random-cross.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** An account as the margin calculator would be told of it: cross positions, in hedge mode legs, and all orders that count. */
function told(
  { venues, standing }: { venues: readonly CrossVenue[]; standing: CrossStanding },
  account: number,
  planned: PlannedOrder | null = null,
): Portfolio {
  const [first] = venues as [CrossVenue, ...CrossVenue[]];
  const { wallet, reserved, legs } = first.accounts.cash;
  const own = venues.filter(({ accounts }) => accounts.isCross[account] === 1);
  const numbers = legs.numbersOf(account);
  const hedge = numbers.length > 1;
  const legOf = (number: number): Sign | null => (hedge ? (number === account ? 1 : -1) : null);
  return {
    rules: first.terms.rules,
    ...{ mode: standing.isMulti(account) ? "multi-currency" : "single-currency", hedge },
    markets: own.map(({ terms: { instrument }, markTicks }) => ({ instrument, markTicks, lastTicks: 1, asset: 0 })),
    assets: assetsOf(standing, account, (wallet[account] as number) - (reserved[account] as number)),
    positions: own.flatMap(({ accounts }, market) =>
      numbers.flatMap((number) => {
        const lots = accounts.positionLots[number] as number;
        if (lots === 0) return [];
        return [
          {
            ...{ market, side: lots > 0 ? (1 as const) : (-1 as const), lots: Math.abs(lots), isolated: false, margin: 0 },
            entryValue: whole(accounts.entryValue[number] as number),
            leverageHundredths: accounts.leverageHundredths[number] as number,
          },
        ];
      }),
    ),
    orders: own.flatMap((venue, market) =>
      numbers.flatMap((number) => {
        const isPlanned = planned?.instrument === venue.number && planned.number === number;
        const open = venue.openOrders(number).filter(({ order }) => !isPlanned || order !== planned.order);
        const all = isPlanned ? [...open, planned] : open;
        return all.map(
          ({ side, lots, ticks }): PortfolioOrder => ({
            ...{ market, side, lots, ticks, leg: legOf(number), reduces: false, isolated: false },
            leverageHundredths: venue.accounts.leverageHundredths[number] as number,
          }),
        );
      }),
    ),
  };
}

/** The settlement asset and, where there are any, the others with their prices and haircuts. */
function assetsOf({ collateral }: CrossStanding, account: number, balance: number): PortfolioAsset[] {
  const usdt = { symbol: "USDT", quantum: "0.01", balance };
  if (collateral === null) return [{ ...usdt, indexPrice: whole(1), haircuts: [] }];
  const prices = collateral.prices();
  return [{ ...collateral.settlement, asset: usdt }, ...collateral.assets].map(({ asset, haircuts }, number) => ({
    ...{ ...asset, balance: number === 0 ? balance : (collateral.amounts[number - 1]?.[account] as number) },
    indexPrice: rationalOf(prices[number] as Ratio),
    haircuts: haircuts.map(({ upTo, haircut }) => ({
      upTo: upTo === Number.MAX_SAFE_INTEGER ? null : upTo,
      haircut: rationalOf(haircut),
    })),
  }));
}

const crossOf = (portfolio: Portfolio): Scope => scopesOf(portfolio).find(({ kind }) => kind === "cross") as Scope;

/** Lets a callback see every instrument of the simulations made from now on. */
function venuesSeen(): () => { venues: readonly CrossVenue[]; standing: CrossStanding } {
  let seen: { venues: readonly CrossVenue[]; standing: CrossStanding } | undefined;
  const { connect } = CrossStanding.prototype;
  vi.spyOn(CrossStanding.prototype, "connect").mockImplementation(function (this: CrossStanding, venues, sold) {
    seen = { venues, standing: this };
    connect.call(this, venues, sold);
  });
  return () => seen as NonNullable<typeof seen>;
}

describe("random venues with cross margin", () => {
  test("CONS-1 CONS-2 CONS-3 ACCT-2 ACCT-5 LIQ-2 LIQ-3 LIQ-4 FUND-4 hold after every event, whatever becomes of cross scopes", () => {
    const seen = {
      scopes: 0,
      parts: 0,
      reduced: 0,
      adl: 0,
      uncovered: 0,
      funding: 0,
      owing: 0,
      mixed: 0,
      hedged: 0,
      offsets: 0,
      conversions: 0,
      margins: 0,
      induced: 0,
      forFunding: 0,
    };
    for (let seed = 1; seed <= 50; seed++) {
      const { record } = new Simulation(randomCross(seed)).run();
      const { liquidations, positions } = record;
      const cross = new Set<string>();
      const [mode, of, at] = [positions.words("margin_mode"), positions.numbers("account"), positions.numbers("instrument")];
      of.forEach((account, row) => {
        if (mode[row] === "cross") cross.add(`${account}/${at[row]}`);
      });
      const scope = liquidations.numbers("scope");
      liquidations.numbers("account").forEach((account, row) => {
        if (!cross.has(`${account}/${liquidations.numbers("instrument")[row]}`)) return;
        seen.scopes += scope[row] === row ? 1 : 0;
        seen.parts += scope[row] === row ? 0 : 1;
        seen.reduced += (liquidations.numbers("reduced_lots")[row] as number) > 0 ? 1 : 0;
        seen.forFunding += liquidations.words("cause")[row] === "funding" ? 1 : 0;
        seen.induced += liquidations.words("cause")[row] === "induced" ? 1 : 0;
      });
      record.adl.numbers("account").forEach((account, row) => {
        if (cross.has(`${account}/${record.adl.numbers("instrument")[row]}`)) seen.adl += 1;
      });
      record.funding.numbers("account").forEach((account, row) => {
        if (cross.has(`${account}/${record.funding.numbers("instrument")[row]}`)) seen.funding += 1;
      });
      seen.offsets += record.offsets.rowCount;
      seen.conversions += record.conversions.rowCount;
      seen.margins += record.margins.rowCount;
      const owner = record.accounts.numbers("owner");
      seen.hedged += liquidations.numbers("account").filter((account) => owner[account] !== account).length;
      seen.uncovered += record.funds.numbers("house_quanta").filter((paid) => paid > 0).length;
      seen.owing += record.accounts.numbers("wallet_quanta").filter((cash, account) => account >= FIRST_TRADER_ACCOUNT && cash < 0).length;
      const isolated = new Set([...of].filter((_, row) => mode[row] === "isolated"));
      seen.mixed += [...new Set([...of].filter((_, row) => mode[row] === "cross"))].filter((account) => isolated.has(account)).length;
    }
    const { owing, forFunding, induced, ...often } = seen;
    expect(Math.min(owing, forFunding, induced)).toBeGreaterThan(0);
    for (const [part, count] of Object.entries(often)) expect(count, part).toBeGreaterThan(10);
  });

  test("LIQ-1 MARGIN-3 ACCT-5 TIER-2 which scopes fail, and in which order, is what the calculator says of every account at every mark", () => {
    const seenNow = venuesSeen();
    const { failing } = CrossWatch.prototype;
    const seen = { marks: 0, failing: 0, multi: 0 };
    vi.spyOn(CrossWatch.prototype, "failing").mockImplementation(function (this: CrossWatch) {
      const found = failing.call(this);
      const [{ accounts }] = seenNow().venues as [CrossVenue];
      const all: Failure[] = [];
      for (let account = FIRST_TRADER_ACCOUNT; account < accounts.count; account++) {
        if (accounts.cash.inCross[account] === 0) continue;
        const portfolio = told(seenNow(), account);
        const figures = figuresOf(portfolio, crossOf(portfolio), marksOf(portfolio), BOOKED);
        if (!failsAt(portfolio, figures)) continue;
        all.push({ account, equity: Number(figures.equity.numerator), requirement: Number(figures.requirement.numerator) });
      }
      expect(found).toEqual(all.sort(compareFailures));
      seen.marks += 1;
      seen.failing += all.length;
      seen.multi += all.filter(({ account }) => seenNow().standing.isMulti(account)).length;
      return found;
    });
    for (let seed = 1; seed <= 25; seed++) new Simulation({ ...randomCross(seed), checkEveryEvent: false }).run();
    expect(seen.marks).toBeGreaterThan(300);
    expect(seen.failing).toBeGreaterThan(150);
    expect(seen.multi).toBeGreaterThan(10);
  });

  test("ORDER-2 ACCT-1 what a cross account has left for an order is what the calculator's arithmetic leaves", () => {
    const seenNow = venuesSeen();
    const { available } = CrossStanding.prototype;
    const seen = { asked: 0, refused: 0, withOrders: 0, multi: 0 };
    vi.spyOn(CrossStanding.prototype, "available").mockImplementation(function (this: CrossStanding, account, planned = null) {
      const left = available.call(this, account, planned);
      const portfolio = told(seenNow(), account, planned);
      // Orders count through what they hold; the scope without them says what is there.
      const bare = { ...portfolio, orders: [] };
      const scope = crossOf(bare);
      const equity = Number(figuresOf(bare, scope, marksOf(bare), BOOKED).equity.numerator);
      let needed = 0;
      for (const { groups } of scope.pockets) {
        for (const group of groups)
          for (const leg of group.legs) needed += initialMarginOfLeg({ ...bare, rules: atMark(bare) }, group, leg);
      }
      portfolio.markets.forEach((_, market) => {
        for (const leg of portfolio.hedge ? ([1, -1] as const) : [null]) {
          const { total }: Frozen = frozenFor({ ...portfolio, rules: atMark(portfolio) }, market, leg);
          needed += total;
        }
      });
      if (portfolio.mode === "multi-currency") {
        const [{ indexPrice }] = portfolio.assets as [PortfolioAsset];
        const rest = minus(whole(equity), whole(rounded(times(whole(needed), indexPrice), "up")));
        expect(left, `account ${account}`).toBe(sign(rest) < 0 ? -1 : Number(rounded(over(rest, indexPrice), "down")));
        seen.multi += 1;
      } else expect(left, `account ${account}`).toBe(equity - needed);
      seen.asked += 1;
      seen.refused += left < 0 ? 1 : 0;
      seen.withOrders += portfolio.orders.length > 1 ? 1 : 0;
      return left;
    });
    for (let seed = 1; seed <= 12; seed++) new Simulation({ ...randomCross(seed), checkEveryEvent: false }).run();
    expect(seen.asked).toBeGreaterThan(500);
    expect(seen.refused).toBeGreaterThan(10);
    expect(seen.multi).toBeGreaterThan(50);
    expect(seen.withOrders).toBeGreaterThan(50);
  });

  test("TIME-3 TIME-4 the same digest again, and from a snapshot at any time", () => {
    for (let seed = 1; seed <= 12; seed++) {
      const { digest } = new Simulation(randomCross(seed)).run();
      expect(new Simulation(randomCross(seed)).run().digest).toBe(digest);
      const interrupted = new Simulation(randomCross(seed));
      const { startUs, intervalUs, ticks } = only(randomCross(seed)).index;
      interrupted.runUntil(startUs + createStream(seed, "test/snapshot").below((ticks.length - 1) * intervalUs));
      expect(Simulation.restore(randomCross(seed), interrupted.snapshot()).run().digest, `seed ${seed}`).toBe(digest);
    }
  });
});

/** Initial margins are of values at the mark, whatever requirements are taken of. */
function atMark({ rules }: Portfolio): Portfolio["rules"] {
  return { ...rules, positionValueAt: "mark" };
}
