import { describe, expect, test } from "vitest";
import { BUY, SELL } from "../../sim/index.ts";
import type { Drought } from "../../sim/market/drought.ts";
import { AgentBench, INDEX, SECOND } from "./support.ts";

/** Orders of 12,000 USDT are 100 lots; the volatility assumed holds for the first look. */
const PLAIN = {
  ...{ riskAversion: 200, arrivalDecay: 4_000, horizon: "120s", volatility: 0.001, volatilityHalfLife: "60s" },
  ...{ levels: 3, spacing: 0.001, size: "12000", inventoryLimit: "240000", stressFrom: 0.01, stressFull: 0.03, stressDepth: 0.2 },
};

class Bench extends AgentBench {
  constructor(given: object = {}, droughts: readonly Drought[] = []) {
    super("avellaneda-stoikov", { ...PLAIN, ...given }, { droughts });
  }

  quotes(side: number): [number, number][] {
    const standing = [...this.desk.standing.values()].filter((one) => one.side === side);
    standing.sort((one, other) => (side === BUY ? other.priceTicks - one.priceTicks : one.priceTicks - other.priceTicks));
    return standing.map((one) => [one.priceTicks, one.lots]);
  }

  hold(lots: number): void {
    this.hear({ kind: "filled", order: 99_999, lots, priceTicks: INDEX });
  }
}

/** The closed formula: centre and half spread of a price at inventory q, variance of a minute and two minutes of horizon. */
const closed = (price: number, q: number, variance: number, gamma = 200, k = 4_000) => ({
  centre: price - q * gamma * variance * 2 * price,
  half: price * ((gamma * variance * 2) / 2 + (1 / gamma) * Math.log(1 + gamma / k)),
});

describe("Avellaneda–Stoikov", () => {
  test("quotes at half of the optimal spread around the reservation price, level by level", () => {
    const bench = new Bench();
    bench.look(2 * SECOND);
    const { centre, half } = closed(INDEX, 0, 0.001 ** 2);
    expect(bench.quotes(BUY)).toEqual([0, 1, 2].map((level) => [Math.floor(centre - half - level * 0.001 * INDEX), 100]));
    expect(bench.quotes(SELL)).toEqual([0, 1, 2].map((level) => [Math.ceil(centre + half + level * 0.001 * INDEX), 100]));
  });

  test.each([
    { riskAversion: 1, arrivalDecay: 4_000 },
    { riskAversion: 1_000, arrivalDecay: 4_000 },
    { riskAversion: 200, arrivalDecay: 500 },
  ])("risk aversion and decay of arrivals as in the formula: %j", (given) => {
    const bench = new Bench({ ...given, levels: 1 });
    bench.look(2 * SECOND);
    const { half } = closed(INDEX, 0, 0.001 ** 2, given.riskAversion, given.arrivalDecay);
    expect(bench.quotes(SELL)[0]?.[0]).toBe(Math.ceil(INDEX + half));
    expect(bench.quotes(BUY)[0]?.[0]).toBe(Math.floor(INDEX - half));
  });

  test.each([-5, -1, 1, 3, 10])("inventory of %d orders moves the centre against it by q γ σ² τ, the spread stays", (q) => {
    const bench = new Bench();
    bench.hold(100 * q);
    bench.look(2 * SECOND);
    const { centre, half } = closed(INDEX, q, 0.001 ** 2);
    expect(bench.quotes(BUY)[0]?.[0]).toBe(Math.floor(centre - half));
    expect(bench.quotes(SELL)[0]?.[0]).toBe(Math.ceil(centre + half));
    expect(Math.sign(INDEX - centre)).toBe(Math.sign(q));
  });

  test("its volatility is what the index does: the spread widens with it as in the formula, and narrows after it", () => {
    const bench = new Bench({ levels: 1 });
    let [squares, minutes] = [0.001 ** 2, 1];
    let before = INDEX;
    const widths: number[] = [];
    // Up and down by half a percent for a minute, then still.
    for (let look = 0; look < 600; look++) {
      const index = look < 30 ? INDEX * (1 + (look % 2) * 0.005) : INDEX;
      bench.look(2 * SECOND, index);
      if (look > 0) {
        const kept = 0.5 ** (2 / 60);
        squares = kept * squares + (index / before - 1) ** 2;
        minutes = kept * minutes + 2 / 60;
      }
      before = index;
      const { half } = closed(index, 0, squares / minutes);
      const [buy, sell] = [bench.quotes(BUY)[0]?.[0] as number, bench.quotes(SELL)[0]?.[0] as number];
      // A tick of rounding.
      expect(Math.abs(sell - buy - 2 * half)).toBeLessThan(2.001);
      widths.push(sell - buy);
    }
    expect(widths[29]).toBeGreaterThan(5 * (widths[0] as number));
    expect(widths[599]).toBeLessThan(widths[0] as number);
  });

  test("withdraws depth beyond a volatility, down to a part of it, and brings it back", () => {
    const sizes: number[] = [];
    const bench = new Bench({ levels: 1 });
    for (let look = 0; look < 400; look++) {
      bench.look(2 * SECOND, look < 30 ? INDEX * (1 + (look % 2) * 0.01) : INDEX);
      sizes.push(bench.quotes(BUY)[0]?.[1] as number);
    }
    expect(sizes[0]).toBe(100);
    // 1 % every two seconds is 5.5 % a minute: beyond the full stress, at a slightly higher price.
    expect(Math.min(...sizes)).toBe(19);
    expect(sizes[31]).toBe(20);
    expect(sizes[399]).toBe(100);
    sizes.slice(31).reduce((before, size) => {
      expect(size).toBeGreaterThanOrEqual(before);
      return size;
    });
    expect(new Set(sizes.slice(31)).size).toBeGreaterThan(20);
  });

  test("half way between its two volatilities it shows half of what it withdraws", () => {
    const bench = new Bench({ levels: 1, volatility: 0.02 });
    bench.look(2 * SECOND);
    const shown = bench.quotes(BUY)[0]?.[1] as number;
    expect(Math.abs(shown - 60)).toBeLessThanOrEqual(1);
  });

  test("in a drought shows the part that is left, further apart, and comes back with it", () => {
    const droughts = [{ fromUs: 10 * SECOND, untilUs: 20 * SECOND, recoveryUs: 10 * SECOND, depth: 0.4 }];
    const bench = new Bench({ levels: 1 }, droughts);
    const shown = () => {
      const [buy, lots] = bench.quotes(BUY)[0] as [number, number];
      return { lots, distance: INDEX - buy };
    };
    bench.look(SECOND);
    const calm = shown();
    expect(calm.lots).toBe(100);
    bench.look(9 * SECOND);
    const dry = shown();
    expect(dry.lots).toBe(40);
    bench.look(15 * SECOND);
    expect(Math.abs(shown().lots - 70)).toBeLessThanOrEqual(1);
    bench.look(5 * SECOND);
    expect(shown().lots).toBe(100);
    // The volatility it assumes has faded a little meanwhile.
    expect(dry.distance / calm.distance).toBeGreaterThan(1.4);
    expect(dry.distance / calm.distance).toBeLessThanOrEqual(1.6);
  });

  test("stops the side that would take it beyond its limit", () => {
    const bench = new Bench();
    bench.hold(1_800);
    bench.look(2 * SECOND);
    expect([bench.quotes(BUY).length, bench.quotes(SELL).length]).toEqual([2, 3]);
    bench.hold(200);
    bench.look(2 * SECOND);
    expect([bench.quotes(BUY).length, bench.quotes(SELL).length]).toEqual([0, 3]);
    bench.hear({ kind: "liquidated", instrument: 0 });
    bench.look(2 * SECOND);
    expect([bench.quotes(BUY).length, bench.quotes(SELL).length]).toEqual([3, 3]);
  });

  test("without a price it does nothing; refused orders are sent again; an absurd inventory leaves prices above 0", () => {
    const bench = new Bench();
    expect(bench.look(2 * SECOND, 0)).toEqual({ orders: [], cancelled: [], wakes: [2 * SECOND] });
    const { orders } = bench.look(2 * SECOND);
    bench.hear({ kind: "rejected", order: orders[0]?.order as number, code: "insufficient-margin" });
    expect(bench.look(SECOND / 1_000).orders.map(({ lots }) => lots)).toEqual([100]);
    const absurd = new Bench({ riskAversion: 1e9, volatility: 1, stressFrom: 0.9, stressFull: 1 });
    absurd.hold(1_000);
    for (const index of [INDEX, 3, 1]) absurd.look(2 * SECOND, index);
    for (const [ticks] of absurd.quotes(BUY)) expect(ticks).toBeGreaterThan(0);
  });

  test("a full stress no greater than where it begins is refused", () => {
    expect(() => new Bench({ stressFrom: 0.01, stressFull: 0.01 })).toThrow(
      "agents: avellaneda-stoikov: stressFull: expected more than stressFrom, 0.01, got 0.01",
    );
  });
});
