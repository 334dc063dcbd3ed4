import { describe, expect, test } from "vitest";
import { BUY, SELL, type Side } from "../../sim/index.ts";
import { AgentBench, INDEX, SECOND } from "./support.ts";

/** Orders of 100 lots at 2 %, 6 % and 10 %. */
const PLAIN = {
  ...{ interval: "5s", nearest: 0.02, furthest: 0.1, levels: 3, size: "12000", capital: "60000" },
  ...{ requote: 0.005, coolDown: "60s", unwindDistance: 0.001 },
};

class Bench extends AgentBench {
  constructor(given: object = {}, droughts: readonly object[] = []) {
    super("backstop-provider", { ...PLAIN, ...given }, { droughts: droughts as never });
  }

  quotes(side: Side, reduceOnly = false): [number, number][] {
    const standing = [...this.desk.standing.values()].filter(
      (one) => one.side === side && (one.options.reduceOnly === true) === reduceOnly,
    );
    standing.sort((one, other) => (side === BUY ? other.priceTicks - one.priceTicks : one.priceTicks - other.priceTicks));
    return standing.map((one) => [one.priceTicks, one.lots]);
  }

  best(side: Side) {
    return [...this.desk.standing.values()].find((one) => one.side === side && one.priceTicks === this.quotes(side)[0]?.[0]);
  }
}

describe("backstop provider", () => {
  test("rests equal orders on both sides between its two distances, droughts or not", () => {
    const bench = new Bench({}, [{ fromUs: 0, untilUs: 100 * SECOND, recoveryUs: 0, depth: 0 }]);
    bench.look(5 * SECOND);
    expect(bench.quotes(BUY)).toEqual([0.02, 0.06, 0.1].map((part) => [Math.floor(INDEX * (1 - part)), 100]));
    expect(bench.quotes(SELL)).toEqual([0.02, 0.06, 0.1].map((part) => [Math.ceil(INDEX * (1 + part)) + 1, 100]));
  });

  test("moves its orders only when the index has moved by more than it minds", () => {
    const bench = new Bench();
    bench.look(5 * SECOND);
    expect(bench.look(5 * SECOND, INDEX * 0.996)).toMatchObject({ orders: [], cancelled: [] });
    expect(bench.look(5 * SECOND, INDEX * 1.005)).toMatchObject({ orders: [], cancelled: [] });
    const { orders, cancelled } = bench.look(5 * SECOND, INDEX * 0.99);
    expect([orders.length, cancelled.length]).toEqual([6, 6]);
    expect(bench.quotes(BUY)[0]?.[0]).toBe(Math.floor(INDEX * 0.99 * 0.98));
  });

  test("a side that traded is filled up only after the cool-down; the other goes on", () => {
    const bench = new Bench();
    bench.look(5 * SECOND);
    bench.fill(bench.best(BUY));
    bench.look(5 * SECOND);
    expect([bench.quotes(BUY).length, bench.quotes(SELL).length]).toEqual([2, 3]);
    bench.look(55 * SECOND);
    expect(bench.quotes(BUY).length).toBe(2);
    bench.look(5 * SECOND);
    expect(bench.quotes(BUY)).toEqual([0.02, 0.06, 0.1].map((part) => [Math.floor(INDEX * (1 - part)), 100]));
  });

  test("another trade begins the cool-down anew, and a part of an order is filled up after it", () => {
    const bench = new Bench();
    bench.look(5 * SECOND);
    bench.fill(bench.best(BUY), undefined, 30);
    bench.look(5 * SECOND);
    expect(bench.desk.standing.size).toBe(6);
    bench.fill(bench.best(BUY), undefined, 30);
    bench.look(40 * SECOND);
    bench.look(30 * SECOND);
    expect(bench.look(25 * SECOND).orders).toEqual([]);
    const { orders, cancelled } = bench.look(5 * SECOND);
    expect(cancelled).toHaveLength(1);
    expect(orders.find((order) => order.side === BUY)).toMatchObject({ priceTicks: Math.floor(INDEX * 0.98), lots: 100 });
  });

  test("while it cools down, orders that the index has come near are taken back, and none put in their place", () => {
    const bench = new Bench();
    bench.look(5 * SECOND);
    bench.fill(bench.best(BUY));
    bench.look(5 * SECOND, INDEX * 0.95);
    // That at 6 % is 1 % away now, that at 10 % more than 5 %.
    expect(bench.quotes(BUY)).toEqual([[Math.floor(INDEX * 0.9), 100]]);
  });

  test("brings out what it took near the index, reduce-only, when nothing has traded for the cool-down", () => {
    for (const side of [BUY, SELL] as const) {
      const bench = new Bench();
      const sign = side === BUY ? 1 : -1;
      bench.look(5 * SECOND);
      bench.fill(bench.best(side));
      bench.fill(bench.best(side), undefined, 50);
      bench.look(5 * SECOND);
      const out = side === BUY ? SELL : BUY;
      expect(bench.quotes(out, true)).toEqual([]);
      bench.look(60 * SECOND);
      expect(bench.quotes(out, true)).toEqual([[Math.round(INDEX * (1 + 0.001 * sign)), 100]]);
      const [offer] = [...bench.desk.standing.values()].filter((one) => one.options.reduceOnly === true);
      bench.fill(offer);
      bench.look(5 * SECOND);
      expect(bench.quotes(out, true)).toEqual([[Math.round(INDEX * (1 + 0.001 * sign)), 50]]);
      // Its own way out is no reason to cool down.
      expect(bench.quotes(side)).toHaveLength(3);
    }
  });

  test("takes no more than its capital", () => {
    const bench = new Bench({ coolDown: "1s" });
    for (let round = 0; round < 10; round++) {
      bench.look(5 * SECOND);
      const best = bench.best(BUY);
      if (best !== undefined) bench.fill(best);
    }
    bench.look(5 * SECOND);
    expect(bench.quotes(BUY)).toEqual([]);
    expect(bench.made.agent.state?.()).toMatchObject({ position: [500, expect.any(Number)] });
    expect(bench.quotes(SELL)).toHaveLength(3);
  });

  test("LIQ-4 ADL-6 taken over or deleveraged it adds nothing for as long as after a trade", () => {
    for (const message of [
      { kind: "liquidated", instrument: 0 },
      { kind: "deleveraged", instrument: 0, lots: -40, priceTicks: INDEX },
    ] as const) {
      const bench = new Bench({ coolDown: "60s" });
      bench.look(5 * SECOND);
      for (const order of [...bench.desk.standing.values()].filter(({ side }) => side === BUY)) bench.fill(order);
      bench.look(5 * SECOND);
      bench.look(70 * SECOND);
      for (const order of [...bench.desk.standing.keys()]) bench.hear({ kind: "done", order });
      bench.desk.standing.clear();
      bench.hear(message);
      expect(bench.look(5 * SECOND).orders).toEqual([]);
      expect(bench.look(61 * SECOND).orders.length).toBeGreaterThan(3);
    }
  });

  test("refused or cancelled orders are sent again; without an index nothing is", () => {
    const bench = new Bench();
    expect(bench.look(5 * SECOND, 0)).toEqual({ orders: [], cancelled: [], wakes: [5 * SECOND] });
    const { orders } = bench.look(5 * SECOND);
    bench.hear({ kind: "rejected", order: orders[0]?.order as number, code: "insufficient-margin" });
    bench.hear({ kind: "done", order: orders[4]?.order as number });
    expect(bench.look(5 * SECOND).orders.map(({ priceTicks }) => priceTicks)).toEqual([orders[0]?.priceTicks, orders[4]?.priceTicks]);
  });

  test("distances in the wrong order are refused, and one level stands at the nearest", () => {
    expect(() => new Bench({ furthest: 0.01 })).toThrow("agents: backstop-provider: furthest: expected at least nearest, 0.02, got 0.01");
    const bench = new Bench({ levels: 1 });
    bench.look(5 * SECOND);
    expect(bench.quotes(BUY)).toEqual([[Math.floor(INDEX * 0.98), 100]]);
  });
});
