import { describe, expect, test } from "vitest";
import { BUY, SELL } from "../../sim/index.ts";
import { AgentBench, INDEX, SECOND } from "./support.ts";

/** A deviation is never less than 1 %, and the average hardly moves: z is the distance in percent. */
const PLAIN = {
  ...{ interval: "1s", memory: "100s", entry: 2, exit: 0.5, stop: 5, leastDeviation: 0.01 },
  ...{ size: "120000", position: "60000" },
};

class Bench extends AgentBench {
  constructor(given: object = {}) {
    super("mean-reversion", { ...PLAIN, ...given });
    // Long enough that the average is there.
    for (let look = 0; look < 101; look++) expect(this.at(0).orders).toEqual([]);
  }

  /** A look at a price so many percent above the average. */
  at(percent: number) {
    const ticks = Math.round(INDEX * (1 + percent / 100));
    // Looks so near each other that the average stays where it is.
    return this.look(this.timeUs < 101 * SECOND ? SECOND : 1, INDEX, { bidTicks: ticks, askTicks: ticks });
  }
}

describe("mean reversion", () => {
  test("opens beyond its entry against the movement, and not before", () => {
    for (const [percent, side] of [
      [2.05, SELL],
      [-2.05, BUY],
    ] as const) {
      const bench = new Bench();
      expect(bench.at(0.95 * percent).orders).toEqual([]);
      // 60,000 USDT at 120,000 and 2.05 %.
      const lots = Math.floor(600_000_000 / Math.round(INDEX * (1 + percent / 100)));
      expect(bench.at(percent).orders).toMatchObject([{ kind: "market", side, lots, options: {} }]);
    }
  });

  test("deviations are its own where they are larger than the least", () => {
    const bench = new AgentBench("mean-reversion", { ...PLAIN, leastDeviation: 1e-6 });
    // Two ticks up and down: a deviation of about 2,000 ticks.
    for (let look = 0; look < 400; look++)
      bench.look(SECOND, INDEX, { bidTicks: INDEX, askTicks: INDEX + (look % 2 === 0 ? 4_000 : -4_000) });
    expect(bench.look(1, INDEX, { bidTicks: INDEX + 3_900, askTicks: INDEX + 3_900 }).orders).toEqual([]);
    expect(bench.look(1, INDEX, { bidTicks: INDEX + 4_200, askTicks: INDEX + 4_200 }).orders).toMatchObject([{ side: SELL }]);
  });

  test("closes within its exit, reduce-only, and holds in between", () => {
    const bench = new Bench();
    const [opened] = bench.at(3).orders;
    bench.fill(opened, INDEX);
    for (const percent of [3, 2, 1, 0.6]) expect(bench.at(percent).orders).toEqual([]);
    expect(bench.at(0.4).orders).toMatchObject([{ side: BUY, lots: opened?.lots, options: { reduceOnly: true } }]);
  });

  test("closes too when the price has jumped to the other side, and turns from there", () => {
    const bench = new Bench();
    const [opened] = bench.at(3).orders;
    bench.fill(opened, INDEX);
    const [closed] = bench.at(-3).orders;
    expect(closed).toMatchObject({ side: BUY, lots: opened?.lots, options: { reduceOnly: true } });
    bench.fill(closed, INDEX);
    expect(bench.at(-3).orders).toMatchObject([{ side: BUY, options: {} }]);
  });

  test("gives up at its stop, and waits until the price is back", () => {
    const bench = new Bench();
    bench.fill(bench.at(3).orders[0], INDEX);
    const [stopped] = bench.at(5.1).orders;
    expect(stopped).toMatchObject({ side: BUY, options: { reduceOnly: true } });
    bench.fill(stopped, INDEX);
    for (const percent of [5.1, 4, 3, -3]) expect(bench.at(percent).orders).toEqual([]);
    bench.at(0.3);
    expect(bench.at(3).orders).toMatchObject([{ side: SELL }]);
  });

  test("opens nothing beyond its stop", () => {
    expect(new Bench().at(5.5).orders).toEqual([]);
  });

  test("a large position is built in several orders, and what was missing asked for again", () => {
    const bench = new Bench({ size: "24000" });
    const [first] = bench.at(3).orders;
    expect(first?.lots).toBe(Math.floor(240_000_000 / Math.round(INDEX * 1.03)));
    bench.fill(first, INDEX, 50);
    const lots = [50];
    for (let look = 0; look < 5; look++) {
      const [next] = bench.at(3).orders;
      if (next === undefined) break;
      lots.push(next.lots);
      bench.fill(next, INDEX);
    }
    expect(lots.reduce((sum, one) => sum + one, 0)).toBe(Math.floor(600_000_000 / Math.round(INDEX * 1.03)));
  });

  test("ADL-6 whose position was taken waits until the price is back", () => {
    for (const message of [
      { kind: "liquidated", instrument: 0 },
      { kind: "deleveraged", instrument: 0, lots: 100, priceTicks: INDEX },
    ] as const) {
      const bench = new Bench();
      bench.fill(bench.at(3).orders[0], INDEX);
      bench.hear(message);
      const [rest] = bench.at(3).orders;
      if (message.kind === "deleveraged") {
        expect(rest).toMatchObject({ side: BUY, options: { reduceOnly: true } });
        bench.fill(rest, INDEX);
      }
      expect(bench.at(3).orders).toEqual([]);
      bench.at(0);
      expect(bench.at(3).orders).toHaveLength(1);
    }
  });

  test("without a price it waits", () => {
    const none = { bidTicks: 0, askTicks: 0, lastTicks: 0 };
    expect(new Bench().look(SECOND, 0, none)).toEqual({ orders: [], cancelled: [], wakes: [SECOND] });
  });

  test.each([
    [{ exit: 2 }, "agents: mean-reversion: entry: expected more than exit, 2, and less than stop, 5, got 2"],
    [{ stop: 1 }, "agents: mean-reversion: entry: expected more than exit, 0.5, and less than stop, 1, got 2"],
  ])("refuses %j", (given, message) => {
    expect(() => new AgentBench("mean-reversion", { ...PLAIN, ...given })).toThrow(message);
  });
});
