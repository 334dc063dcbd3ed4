import { describe, expect, test } from "vitest";
import { BUY, SELL } from "../../sim/index.ts";
import { AgentBench, INDEX, SECOND, type SentOrder } from "./support.ts";

/** 1,000 lots at 120,000, out in 10 slices from 100 s on. */
const PLAIN = {
  ...{ position: "120000", side: "long", start: "held", exitAt: "100s", slices: 10, interval: "10s", jitter: 0 },
  ...{ panicLoss: 0.1, panicFactor: 4 },
};

class Bench extends AgentBench {
  readonly sent: { readonly atUs: number; readonly order: SentOrder }[] = [];
  #wait = 0;

  constructor(given: object = {}, key?: string) {
    super("whale", { ...PLAIN, ...given }, {}, key);
  }

  /** Wakes it as it asks until some time, filling a part of every order, at least one lot. */
  runUntil(untilUs: number, indexTicks = INDEX, part = 1): void {
    while (this.timeUs + this.#wait <= untilUs) {
      const { orders, wakes } = this.look(this.#wait, indexTicks);
      for (const order of orders) {
        this.sent.push({ atUs: this.timeUs, order });
        this.fill(order, indexTicks, Math.max(1, Math.floor(order.lots * part)));
      }
      if (wakes.length === 0) return;
      this.#wait = wakes[0] as number;
    }
  }

  get lots(): number[] {
    return this.sent.map(({ order }) => (order.side === BUY ? order.lots : -order.lots));
  }
}

const sum = (lots: readonly number[]) => lots.reduce((total, one) => total + one, 0);

describe("whale", () => {
  test("holds its position from the start, and brings out all of it, slice by slice, in reduce-only orders", () => {
    const bench = new Bench();
    expect(bench.made.startLots).toBe(1_000);
    bench.runUntil(1_000 * SECOND);
    expect(bench.lots).toEqual(Array(10).fill(-100));
    expect(bench.sent.map(({ atUs }) => atUs / SECOND)).toEqual([100, 110, 120, 130, 140, 150, 160, 170, 180, 190]);
    expect(bench.sent.every(({ order }) => order.kind === "market" && order.options.reduceOnly === true)).toBe(true);
  });

  test.each([
    { side: "short", slices: 7 },
    { side: "long", slices: 7, jitter: 0.5 },
    { side: "long", slices: 3_000, jitter: 1 },
    { side: "short", slices: 1, jitter: 0.2 },
  ])("whatever the slices, they sum to the position exactly: %j", (given) => {
    for (let seed = 0; seed < 20; seed++) {
      const bench = new Bench(given, `${seed}/whale`);
      bench.runUntil(100_000 * SECOND);
      expect(sum(bench.lots)).toBe(given.side === "long" ? -1_000 : 1_000);
      expect(bench.made.startLots).toBe(given.side === "long" ? 1_000 : -1_000);
    }
  });

  test("sizes and times differ from their means by no more than the jitter, and on average not", () => {
    const bench = new Bench({ slices: 200, jitter: 0.4, position: "12000000" });
    bench.runUntil(10_000 * SECOND);
    const whole = bench.lots.slice(0, -2).map((lots) => -lots / 500);
    const waits = bench.sent.slice(1).map(({ atUs }, index) => (atUs - (bench.sent[index]?.atUs as number)) / (10 * SECOND));
    for (const all of [whole, waits]) {
      expect(Math.min(...all)).toBeGreaterThanOrEqual(0.599);
      expect(Math.max(...all)).toBeLessThanOrEqual(1.401);
      expect(Math.max(...all) - Math.min(...all)).toBeGreaterThan(0.6);
      expect(Math.abs(sum(all) / all.length - 1)).toBeLessThan(0.06);
    }
  });

  test("what the book did not take comes out later", () => {
    const bench = new Bench();
    bench.runUntil(2_000 * SECOND, INDEX, 0.3);
    expect(bench.lots.length).toBeGreaterThan(20);
    const { agent } = bench.made;
    expect(agent.state?.()).toMatchObject({ phase: "done", own: { position: [0, 0] } });
  });

  test("built up it has no position at the start, buys it in slices, holds, and brings out what it has", () => {
    const bench = new Bench({ start: "built", exitAt: "200s" });
    expect(bench.made.startLots).toBeUndefined();
    bench.runUntil(195 * SECOND);
    expect(bench.lots).toEqual(Array(10).fill(100));
    expect(bench.sent.every(({ order }) => order.options.reduceOnly !== true)).toBe(true);
    bench.runUntil(1_000 * SECOND);
    expect(sum(bench.lots)).toBe(0);
    expect(bench.sent[10]?.atUs).toBe(200 * SECOND);
  });

  test("brings out what it has when its time comes before it has built all of it", () => {
    const bench = new Bench({ start: "built", exitAt: "45s" });
    bench.runUntil(1_000 * SECOND);
    expect(bench.lots.filter((lots) => lots > 0)).toEqual(Array(5).fill(100));
    expect(sum(bench.lots)).toBe(0);
  });

  test("panics at its loss: begins at once, and goes several times faster", () => {
    const bench = new Bench();
    bench.runUntil(30 * SECOND, INDEX * 0.91);
    expect(bench.lots).toEqual([]);
    bench.runUntil(45 * SECOND, INDEX * 0.899);
    expect(bench.sent.map(({ atUs }) => atUs / SECOND)).toEqual([40, 42.5, 45]);
    // It goes on so when the price has come back.
    bench.runUntil(100 * SECOND);
    expect(bench.lots).toHaveLength(10);
    const short = new Bench({ side: "short" });
    short.runUntil(5 * SECOND, INDEX * 1.11);
    expect(short.sent.length).toBeGreaterThan(1);
    expect(short.sent[0]?.order.side).toBe(BUY);
  });

  test("the mark is what it goes by for its loss", () => {
    const bench = new Bench();
    expect(bench.look(SECOND, INDEX, { markTicks: INDEX * 0.85 }).orders).toMatchObject([{ side: SELL }]);
  });

  test("LIQ-4 ADL-6 liquidated it is gone; deleveraged it brings out what is left, and builds no further", () => {
    const bench = new Bench();
    bench.hear({ kind: "deleveraged", instrument: 0, lots: -400, priceTicks: INDEX });
    bench.runUntil(1_000 * SECOND);
    expect(bench.lots).toEqual(Array(10).fill(-60));
    const gone = new Bench();
    gone.runUntil(120 * SECOND);
    gone.hear({ kind: "liquidated", instrument: 0 });
    gone.runUntil(1_000 * SECOND);
    expect(gone.lots).toHaveLength(3);
    const built = new Bench({ start: "built" });
    built.runUntil(20 * SECOND);
    built.hear({ kind: "reduced", instrument: 0, lots: -150, priceTicks: INDEX });
    built.runUntil(90 * SECOND);
    expect(built.lots).toHaveLength(3);
    built.runUntil(1_000 * SECOND);
    expect(sum(built.lots)).toBe(150);
  });

  test("refused, it sends the slice again at its next look", () => {
    const bench = new Bench({ start: "built" });
    const [first] = bench.look(0).orders;
    expect(bench.look(10 * SECOND).orders).toEqual([]);
    bench.hear({ kind: "rejected", order: first?.order as number, code: "insufficient-margin" });
    expect(bench.look(10 * SECOND).orders).toMatchObject([{ side: BUY, lots: 100 }]);
  });

  test("TIME-2 every wake draws two numbers, whatever it sees", () => {
    const bench = new Bench({ jitter: 0.5 });
    for (const index of [INDEX, 0, INDEX / 2, INDEX]) {
      const before = bench.stream.draws;
      bench.look(SECOND, index);
      expect(bench.stream.draws - before).toBe(2);
    }
  });

  test("a position of less than a lot is none", () => {
    const bench = new Bench({ position: "1" });
    expect(bench.made.startLots).toBeUndefined();
    bench.runUntil(1_000 * SECOND);
    expect(bench.lots).toEqual([]);
  });
});
