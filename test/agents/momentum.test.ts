import { describe, expect, test } from "vitest";
import { BUY } from "../../sim/index.ts";
import { AgentBench, INDEX, SECOND } from "./support.ts";

/** At 120,000: orders of 100 lots at most, a position of 500. */
const PLAIN = {
  ...{ interval: "5s", fast: "10s", slow: "100s", entry: 0.002, full: 0.01, exit: 0.001 },
  ...{ size: "12000", positionLimit: "60000", rebalance: 0.1 },
};

class Bench extends AgentBench {
  price = INDEX;

  constructor(given: object = {}) {
    super("momentum", { ...PLAIN, ...given });
  }

  /** Looks for some time while the price moves by a part at every look; fills what it sends. Returns signed lots of orders. */
  run(looks: number, step = 0): number[] {
    return Array.from({ length: looks }, () => {
      this.price *= 1 + step;
      const ticks = Math.round(this.price);
      const { orders } = this.look(5 * SECOND, INDEX, { bidTicks: ticks - 1, askTicks: ticks + 1 });
      expect(orders.length).toBeLessThanOrEqual(1);
      for (const order of orders) this.fill(order, ticks);
      return orders[0] === undefined ? 0 : orders[0].side === BUY ? orders[0].lots : -orders[0].lots;
    });
  }
}

const sum = (lots: readonly number[]) => lots.reduce((total, one) => total + one, 0);

describe("momentum", () => {
  test("buys what rises and sells what falls, as what the venue trades at has it, not the index", () => {
    for (const direction of [1, -1]) {
      const bench = new Bench();
      expect(sum(bench.run(40))).toBe(0);
      const traded = bench.run(40, direction * 0.001);
      expect(traded.every((lots) => lots * direction >= 0)).toBe(true);
      expect(Math.abs(sum(traded))).toBeGreaterThan(400);
    }
  });

  test("trades only once it has looked for as long as its slow average remembers", () => {
    const bench = new Bench();
    // 20 looks of 5 s are 95 s apart.
    expect(sum(bench.run(20, 0.001))).toBe(0);
    expect(sum(bench.run(2, 0.001))).toBeGreaterThan(0);
  });

  test("a movement below its threshold opens nothing", () => {
    // Steady growth g a second: averages lag by half-life ÷ ln 2, so they are 90 s ÷ ln 2 of growth apart.
    const perLook = (apart: number) => (apart * Math.LN2 * 5) / 90;
    const quiet = new Bench();
    expect(sum(quiet.run(400, perLook(0.0018)))).toBe(0);
    const loud = new Bench();
    expect(sum(loud.run(400, perLook(0.0022)))).toBeGreaterThan(0);
  });

  test("its position is as large as the signal is strong, up to its limit", () => {
    const perLook = (apart: number) => (apart * Math.LN2 * 5) / 90;
    for (const [apart, part] of [
      [0.005, 0.5],
      [0.02, 1],
    ] as const) {
      const bench = new Bench();
      const held = sum(bench.run(300, perLook(apart)));
      // Lots of the limit at the price that it has come to.
      const limit = Math.floor(60_000e6 / (Math.round(bench.price) * 100));
      expect(held / limit).toBeGreaterThan(part * 0.8);
      expect(held / limit).toBeLessThan(part * 1.2);
    }
  });

  test("closes in reduce-only orders when the movement has faded, and turns with it", () => {
    const bench = new Bench();
    bench.run(40);
    const held = sum(bench.run(30, 0.002));
    expect(held).toBeGreaterThan(300);
    const after = bench.run(200);
    expect(sum(after)).toBe(-held);
    expect(after.every((lots) => lots <= 0)).toBe(true);
    expect(sum(bench.run(40, -0.002))).toBeLessThan(-300);
  });

  test("sends nothing while an order is on its way, and again when it was refused", () => {
    const bench = new Bench();
    bench.run(40);
    const ask = () => {
      bench.price *= 1.003;
      const ticks = Math.round(bench.price);
      return bench.look(5 * SECOND, INDEX, { bidTicks: ticks, askTicks: ticks }).orders;
    };
    let [sent] = [ask(), ask(), ask()].flat();
    expect(sent).toMatchObject({ kind: "market", side: BUY });
    expect(ask()).toEqual([]);
    bench.hear({ kind: "rejected", order: sent?.order as number, code: "insufficient-margin" });
    [sent] = ask();
    expect(sent).toMatchObject({ side: BUY });
    // Filled in part, the rest cancelled: it asks for what is missing.
    bench.fill(sent, INDEX, 1);
    expect(ask()).toMatchObject([{ side: BUY }]);
  });

  test("without any price it waits; a side without a price is no price", () => {
    const bench = new Bench();
    const none = { bidTicks: 0, askTicks: 0, lastTicks: 0 };
    expect(bench.look(5 * SECOND, 0, none)).toEqual({ orders: [], cancelled: [], wakes: [5 * SECOND] });
    bench.run(40);
    bench.look(5 * SECOND, INDEX, { bidTicks: 0, askTicks: 1, lastTicks: INDEX });
    expect(sum(bench.run(5))).toBe(0);
  });

  test("liquidated, it begins anew from nothing", () => {
    const bench = new Bench();
    bench.run(40);
    bench.run(30, 0.002);
    bench.hear({ kind: "liquidated", instrument: 0 });
    expect(sum(bench.run(1))).toBeGreaterThan(0);
    expect(bench.run(1).every((lots) => lots >= 0)).toBe(true);
  });

  test.each([
    [{ exit: 0.003 }, "agents: momentum: exit: expected at most entry, 0.002, got 0.003"],
    [{ fast: "100s" }, "agents: momentum: fast: expected less than slow, 100s, got 100s"],
  ])("refuses %j", (given, message) => {
    expect(() => new Bench(given)).toThrow(message);
  });
});
