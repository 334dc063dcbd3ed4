/** Small worlds of cross scopes, of every kind of contract, account and rule, and prices that move through them. Seeded. */
import { type CrossPosition, CrossScopes } from "../../../../sim/clearing/cross/scopes.ts";
import type { CrossPrices, CrossTerms } from "../../../../sim/clearing/cross/terms.ts";
import { createStream, type RandomStream } from "../../../../sim/kernel/random.ts";
import { type Instrument, valueOf } from "../../../../sim/venue/instrument.ts";
import type { MarginRules } from "../../../../sim/venue/rules.ts";
import type { TierTable } from "../../../../sim/venue/tiers.ts";
import type { Ratio } from "../../../../sim/venue/whole.ts";

export interface WorldChoices {
  readonly seed: string;
  readonly accounts: number;
  readonly markets: number;
  readonly profit: MarginRules["unrealizedProfitAsMargin"];
  readonly valueAt: MarginRules["positionValueAt"];
  readonly multi: boolean;
  /** Lots are worth about a quantum, so that roundings decide. */
  readonly coarse?: boolean;
}

const part = (numerator: number, denominator: number): Ratio => ({ numerator, denominator });
const between = (stream: RandomStream, least: number, most: number) => least + stream.below(most - least + 1);
const pick = <T>(stream: RandomStream, from: readonly T[]): T => from[stream.below(from.length)] as T;

function tiers(stream: RandomStream, coarse: boolean): TierTable {
  const boundBy = pick(stream, ["value", "lots"] as const);
  const scheme = pick(stream, ["flat", "marginal"] as const);
  const most = boundBy === "lots" ? 2_000 : coarse ? 2_000 : 2e7;
  const count = between(stream, 1, 5);
  const bounds = Array.from({ length: count }, (_, index) => Math.round((most * (index + 1)) / count) - stream.below(500));
  let rate = 20;
  // A venue's own deductions need not be continuous.
  const isGiven = scheme === "marginal" && stream.next() < 0.3;
  return {
    scheme,
    boundBy,
    tiers: bounds.map((upTo, index) => {
      rate += between(stream, 0, stream.next() < 0.3 ? 1_000 : 100);
      return {
        upTo: index === count - 1 ? Number.MAX_SAFE_INTEGER : upTo,
        maintenanceMarginRate: part(rate, 10_000),
        maxLeverageHundredths: 500,
        deduction: isGiven ? part(stream.below((coarse ? 40 : 400_000) * index + 1), 3) : null,
      };
    }),
  };
}

function instrument(stream: RandomStream, index: number, coarse: boolean): Instrument {
  const isInverse = stream.next() < 0.35;
  return {
    symbol: `C${index}`,
    kind: isInverse ? "inverse" : "linear",
    productLine: "perpetual",
    expiryUs: null,
    underlying: "X",
    settleAsset: "A",
    tickSize: "1",
    lotSize: "1",
    multiplier: "1",
    faceValue: isInverse ? "1" : null,
    // A lot is worth some 10,000 quanta, or one.
    quantaPerTickLot: isInverse
      ? pick(stream, [part(coarse ? 20_000 : 200_000_000, 1), part(coarse ? 12_345 : 123_456_789, 1)])
      : pick(stream, [part(1, coarse ? 9_999 : 1), part(7, coarse ? 80_000 : 10), part(1, coarse ? 20_000 : 3)]),
    tiers: tiers(stream, coarse),
    fees: { maker: part(1, 10_000), taker: part(between(stream, -2, 10), 10_000), liquidation: part(50, 10_000) },
  };
}

export class World {
  readonly terms: CrossTerms;
  readonly scopes: CrossScopes;
  readonly prices: CrossPrices;
  readonly stream: RandomStream;
  readonly #indexPrices: Ratio[];
  /** Which way each market goes by itself for a while. */
  readonly #ways: number[];

  constructor({ seed, accounts, markets, profit, valueAt, multi, coarse = false }: WorldChoices) {
    const stream = createStream(1, `test/cross/${seed}`);
    this.stream = stream;
    const rules: MarginRules = {
      closingFeeInPositionMargin: "once",
      maintenanceIncludesClosingFee: stream.next() < 0.7,
      closingFeeRate: pick(stream, ["taker", "liquidation"] as const),
      triggerAt: pick(stream, ["at-or-below", "below"] as const),
      bankruptcyAt: "zero",
      unrealizedProfitAsMargin: profit,
      positionValueAt: valueAt,
      tiersIncludeOpenOrders: true,
      partialLiquidation: "full",
      fraction: { part: { numerator: 1, denominator: 5 }, above: "100000", coolDownUs: 30_000_000 },
      walletModel: "unified",
      marginModeChange: "instrument",
    };
    const haircuts = [
      { upTo: 3_000_000, haircut: part(1, 20) },
      { upTo: 6_000_000, haircut: part(1, 3) },
    ];
    this.terms = {
      rules,
      markets: Array.from({ length: markets }, (_, index) => ({ instrument: instrument(stream, index, coarse), asset: stream.below(2) })),
      assets: [{ haircuts: [] }, { haircuts }],
    };
    this.#indexPrices = [part(1, 1), part(50_000, 13_000)];
    this.prices = {
      markTicks: Float64Array.from({ length: markets }, () => between(stream, 8_000, 20_000)),
      lastTicks: Float64Array.from({ length: markets }, () => between(stream, 8_000, 20_000)),
      indexPrices: this.#indexPrices,
    };
    this.#ways = Array.from({ length: markets + 1 }, () => pick(stream, [1, -1]));
    this.scopes = new CrossScopes(accounts, 2, 8);
    for (let account = 0; account < accounts; account++) {
      this.scopes.multi[account] = multi && stream.next() < 0.8 ? 1 : 0;
      for (let asset = 0; asset < 2; asset++) this.open(2 * account + asset);
    }
  }

  /** Gives a scope new positions and orders, and cash that carries them more or less. */
  open(scope: number): void {
    const { stream, scopes } = this;
    const isMulti = scopes.multi[scopes.accountOf(scope)] === 1;
    const positions: CrossPosition[] = [];
    if (!isMulti || scope % 2 === 0) {
      this.terms.markets.forEach(({ asset }, market) => {
        if ((!isMulti && asset !== scope % 2) || stream.next() < 0.5) return;
        const sides = stream.next() < 0.2 ? [1, -1] : [pick(stream, [1, -1])];
        for (const side of sides) positions.push(this.#position(market, side));
      });
    }
    const cushion = 0.02 + 0.3 * stream.next() * stream.next();
    for (const own of isMulti ? [scope, scope + 1] : [scope]) {
      const value = positions.reduce(
        (sum, { market, entryValue }) => sum + (this.terms.markets[market]?.asset === own % 2 ? entryValue : 0),
        0,
      );
      scopes.cash[own] = Math.round(value * cushion * (stream.next() < 0.1 ? -0.1 : 1));
    }
    if (!isMulti || scope % 2 === 0) scopes.setPositions(scope, positions);
  }

  /** Moves all prices: together, each its own way for a while, and two of them wildly, an index price with them. */
  move(common: number, own: number, wild: number): void {
    const { stream, prices } = this;
    const ways = this.#ways;
    ways.forEach((_, place) => {
      if (stream.next() < 0.02) ways[place] = pick(stream, [1, -1]);
    });
    const count = prices.markTicks.length;
    const change = (place: number) => common + own * (ways[place] as number) * stream.next();
    const jolt = (market: number) => (market === 0 || market === 20 ? wild * (2 * stream.next() - 1) : 0);
    for (const ticks of [prices.markTicks, prices.lastTicks]) {
      for (let market = 0; market < count; market++) {
        const moved = Math.round((ticks[market] as number) * (1 + change(market) + jolt(market)));
        ticks[market] = Math.min(60_000, Math.max(500, moved));
      }
    }
    const { numerator } = this.#indexPrices[1] as Ratio;
    this.#indexPrices[1] = part(Math.min(500_000, Math.max(5_000, Math.round(numerator * (1 + change(count) + jolt(0) / 2)))), 13_000);
  }

  #position(market: number, side: number): CrossPosition {
    const { stream } = this;
    const lots = stream.next() < 0.1 ? 0 : side * between(stream, 1, 1_500);
    const { instrument: contract } = this.terms.markets[market] as CrossTerms["markets"][number];
    const ticks = Math.max(1, Math.round((this.prices.markTicks[market] as number) * (0.95 + 0.1 * stream.next())));
    const orders = stream.next() < 0.3 || lots === 0 ? between(stream, 1, 800) : 0;
    return { market, lots, entryValue: lots === 0 ? 0 : valueOf(contract, ticks, lots), judgedLots: Math.abs(lots) + orders };
  }
}
