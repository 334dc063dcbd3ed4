import { describe, expect, test } from "vitest";
import { BUY, SELL } from "../../sim/index.ts";
import { AgentBench, INDEX, SECOND } from "./support.ts";

const PLAIN = { interval: "1s", discount: 0.01, size: "120000", capacity: "300000", profitTarget: 0.008, holding: "60s" };

class Bench extends AgentBench {
  constructor(given: object = {}) {
    super("liquidation-buyer", { ...PLAIN, ...given });
  }

  at(bid: number, ask: number, elapsedUs = SECOND) {
    return this.look(elapsedUs, INDEX, { bidTicks: at(bid), askTicks: at(ask) });
  }
}

const at = (part: number) => Math.round(INDEX * (1 + part));

describe("liquidation buyer", () => {
  test("takes what is offered beyond its discount below the index, no dearer than that, and nothing nearer", () => {
    const bench = new Bench();
    expect(bench.at(-0.02, -0.0099).orders).toEqual([]);
    // 120,000 USDT at 118,800.
    expect(bench.at(-0.02, -0.0101).orders).toMatchObject([
      { kind: "limit", side: BUY, priceTicks: at(-0.01), lots: 1_010, options: { timeInForce: "IOC" } },
    ]);
  });

  test("and what is bid as far above", () => {
    const bench = new Bench();
    expect(bench.at(0.0099, 0.02).orders).toEqual([]);
    expect(bench.at(0.0101, 0.02).orders).toMatchObject([{ side: SELL, priceTicks: at(0.01), lots: 990, options: { timeInForce: "IOC" } }]);
  });

  test("up to its capacity, however little it gets at a time", () => {
    const bench = new Bench();
    let held = 0;
    for (let look = 0; look < 20; look++) {
      const [sent] = bench.at(-0.03, -0.02).orders;
      if (sent === undefined) break;
      const got = Math.min(sent.lots, 400);
      bench.fill(sent, at(-0.02), got);
      held += got;
    }
    expect(held).toBe(Math.floor(3e9 / at(-0.01)));
    // Deleveraged, there is room again.
    bench.hear({ kind: "deleveraged", instrument: 0, lots: -100, priceTicks: INDEX });
    expect(bench.at(-0.03, -0.02).orders).toMatchObject([{ side: BUY, lots: 100 }]);
  });

  test("holds until somebody pays its target, and closes at that or better, reduce-only", () => {
    for (const side of [BUY, SELL]) {
      const bench = new Bench();
      const sign = side === BUY ? 1 : -1;
      const book = (away: number) => (side === BUY ? bench.at(away, away + 0.001) : bench.at(-away - 0.001, -away));
      bench.fill(side === BUY ? bench.at(-0.02, -0.015).orders[0] : bench.at(0.015, 0.02).orders[0], at(-0.015 * sign));
      const entry = at(-0.015 * sign);
      const target = entry * (1 + 0.008 * sign);
      for (const away of [-0.01, -0.0085, -0.0075]) expect(book(away).orders).toEqual([]);
      expect(book(-0.006).orders).toMatchObject([
        {
          side: side === BUY ? SELL : BUY,
          priceTicks: side === BUY ? Math.ceil(target) : Math.floor(target),
          options: { reduceOnly: true, timeInForce: "IOC" },
        },
      ]);
    }
  });

  test("after some time without taking anything it closes at whatever price, order by order", () => {
    const bench = new Bench({ size: "60000" });
    for (let look = 0; look < 2; look++) bench.fill(bench.at(-0.02, -0.015).orders[0]);
    expect(bench.at(-0.02, -0.005, 59 * SECOND).orders).toEqual([]);
    const [first] = bench.at(-0.02, -0.005).orders;
    expect(first).toMatchObject({ kind: "market", side: SELL, lots: 500, options: { reduceOnly: true } });
    bench.fill(first, at(-0.02));
    const [second] = bench.at(-0.02, -0.005).orders;
    bench.fill(second, at(-0.02));
    expect(bench.at(-0.02, -0.005).orders[0]?.lots).toBe(10);
  });

  test("waits for what is on its way, and asks again after a refusal", () => {
    const bench = new Bench();
    const [sent] = bench.at(-0.03, -0.02).orders;
    expect(bench.at(-0.03, -0.02).orders).toEqual([]);
    bench.hear({ kind: "rejected", order: sent?.order as number, code: "insufficient-margin" });
    expect(bench.at(-0.03, -0.02).orders).toHaveLength(1);
  });

  test("an empty side is no discount, and without an index there is none", () => {
    const bench = new Bench();
    expect(bench.look(SECOND, INDEX, { bidTicks: 0, askTicks: 0 }).orders).toEqual([]);
    expect(bench.look(SECOND, 0, { bidTicks: 5, askTicks: 6 })).toEqual({ orders: [], cancelled: [], wakes: [SECOND] });
  });

  test("liquidated it begins anew", () => {
    const bench = new Bench();
    bench.fill(bench.at(-0.03, -0.02).orders[0]);
    bench.hear({ kind: "liquidated", instrument: 0 });
    expect(bench.at(0, 0.001, 120 * SECOND).orders).toEqual([]);
    expect(bench.at(-0.03, -0.02).orders).toMatchObject([{ lots: 1_010 }]);
  });
});
