import { describe, expect, test } from "vitest";
import { noiseTrader } from "../../agents/noise-trader.ts";
import { BUY, createStream, type MarketView, SELL } from "../../sim/index.ts";
import { CONTEXT, CountingStream, FakeDesk, INDEX, SECOND, type SentOrder, view } from "./support.ts";

/** Sizes from 1,200 to 120,000 USDT: 10 to 1,000 lots; the limit is 5,000 lots. */
const PLAIN = { interval: "20s", leastSize: "1200", mostSize: "120000", exponent: 1.5, positionLimit: "600000", anchor: 50 };

class Bench {
  readonly stream: CountingStream;
  readonly made: ReturnType<typeof noiseTrader.make>;
  readonly desk = new FakeDesk();
  timeUs = 0;

  constructor(given: object = {}, key = "7/agent/noise-trader/1") {
    this.stream = new CountingStream(key);
    this.made = noiseTrader.make(noiseTrader.parameters.parse({ ...PLAIN, ...given }), {
      ...CONTEXT,
      stream: this.stream,
    });
    this.stream.draws = 0;
  }

  wake(rest: Partial<MarketView> = {}): { readonly order: SentOrder | undefined; readonly waitUs: number } {
    this.timeUs += SECOND;
    this.made.agent.wake(view(this.timeUs, INDEX, rest), this.desk);
    const { orders, cancelled, wakes } = this.desk.take();
    expect(cancelled).toEqual([]);
    expect(orders.length).toBeLessThanOrEqual(1);
    expect(wakes).toHaveLength(1);
    return { order: orders[0], waitUs: wakes[0] as number };
  }

  hold(lots: number): void {
    this.made.agent.receive({ kind: "filled", order: 1, lots, priceTicks: INDEX });
  }

  /** Share of buys over many wakes. */
  buys(count: number, rest: Partial<MarketView> = {}): number {
    let buys = 0;
    for (let wake = 0; wake < count; wake++) if (this.wake(rest).order?.side === BUY) buys += 1;
    return buys / count;
  }
}

describe("noise trader", () => {
  test("sends market orders at Poisson times: waits are exponential with the mean asked for", () => {
    const bench = new Bench();
    const waits = Array.from({ length: 20_000 }, () => bench.wake().waitUs / (20 * SECOND));
    expect(waits.every((wait) => wait >= 0)).toBe(true);
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    const variance = waits.reduce((sum, wait) => sum + (wait - mean) ** 2, 0) / waits.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.1);
    for (const beyond of [0.5, 1, 2, 3]) {
      const part = waits.filter((wait) => wait > beyond).length / waits.length;
      expect(Math.abs(part - Math.exp(-beyond))).toBeLessThan(0.015);
    }
    // Neighbouring waits know nothing of each other.
    const together = waits.slice(1).reduce((sum, wait, index) => sum + (wait - mean) * ((waits[index] as number) - mean), 0);
    expect(Math.abs(together / waits.length / variance)).toBeLessThan(0.03);
  });

  test("sizes follow a power law between its bounds", () => {
    const bench = new Bench();
    const sizes: number[] = [];
    for (let wake = 0; wake < 20_000; wake++) {
      const { order } = bench.wake();
      expect(order?.priceTicks).toBe(0);
      sizes.push(order?.lots as number);
    }
    expect(Math.min(...sizes)).toBe(10);
    expect(Math.max(...sizes)).toBe(1_000);
    for (const beyond of [20, 50, 100, 500]) {
      const part = sizes.filter((lots) => lots >= beyond).length / sizes.length;
      expect(Math.abs(part - (10 / beyond) ** 1.5)).toBeLessThan(0.012);
    }
    // What would be larger is the largest: (10 / 1000) ^ 1.5 of all.
    expect(sizes.filter((lots) => lots === 1_000).length / sizes.length).toBeLessThan(0.004);
  });

  test("buys as often as it sells while the venue trades at the index", () => {
    expect(Math.abs(new Bench().buys(10_000) - 0.5)).toBeLessThan(0.02);
  });

  test("leans towards the index: buys more where the venue is below it, sells more above", () => {
    const bench = new Bench();
    // Half a percent away at an anchor of 50: 0.5 ± 0.25.
    expect(Math.abs(bench.buys(10_000, { bidTicks: 1_193_000, askTicks: 1_195_000 }) - 0.75)).toBeLessThan(0.02);
    expect(Math.abs(bench.buys(10_000, { bidTicks: 1_205_000, askTicks: 1_207_000 }) - 0.25)).toBeLessThan(0.02);
    // Two percent away and beyond: always.
    expect(bench.buys(500, { bidTicks: 1_170_000, askTicks: 1_176_000 })).toBe(1);
    expect(bench.buys(500, { bidTicks: 1_230_000, askTicks: 1_236_000 })).toBe(0);
    const free = new Bench({ anchor: 0 });
    expect(Math.abs(free.buys(10_000, { bidTicks: 600_000, askTicks: 600_002 }) - 0.5)).toBeLessThan(0.02);
  });

  test("with an empty side there is no price to lean on", () => {
    for (const rest of [{ bidTicks: 0 }, { askTicks: 0 }, { bidTicks: 0, askTicks: 0 }]) {
      expect(Math.abs(new Bench().buys(5_000, rest) - 0.5)).toBeLessThan(0.03);
    }
  });

  test("at its limit it only reduces, whatever the price", () => {
    const cheap = { bidTicks: 1_000_000, askTicks: 1_000_002 };
    const dear = { bidTicks: 1_400_000, askTicks: 1_400_002 };
    const bench = new Bench();
    bench.hold(4_999);
    expect(bench.buys(200, cheap)).toBe(1);
    bench.hold(1);
    expect(bench.buys(200, cheap)).toBe(0);
    bench.hold(-9_999);
    expect(bench.buys(200, dear)).toBe(0);
    bench.hold(-1);
    expect(bench.buys(200, dear)).toBe(1);
  });

  test("its position follows fills, auto-deleveraging and liquidation, and nothing else", () => {
    const cheap = { bidTicks: 1_000_000, askTicks: 1_000_002 };
    const full = (bench: Bench) => bench.buys(50, cheap) === 0;
    const bench = new Bench();
    const { agent } = bench.made;
    bench.hold(6_000);
    expect(full(bench)).toBe(true);
    agent.receive({ kind: "done", order: 1 });
    agent.receive({ kind: "rejected", order: 1, code: "insufficient-margin" });
    expect(full(bench)).toBe(true);
    agent.receive({ kind: "deleveraged", instrument: 0, lots: -1_001, priceTicks: INDEX });
    expect(full(bench)).toBe(false);
    bench.hold(1);
    expect(full(bench)).toBe(true);
    agent.receive({ kind: "liquidated", instrument: 0 });
    expect(full(bench)).toBe(false);
    bench.hold(4_999);
    expect(full(bench)).toBe(false);
  });

  test("TIME-2 every wake draws the same number of numbers, whatever it sees and holds", () => {
    const seen: Partial<MarketView>[] = [
      {},
      { bidTicks: 0, askTicks: 0 },
      { bidTicks: 1_000_000, askTicks: 1_000_002 },
      { indexTicks: 900_000 },
      // So dear that the smallest order is less than a lot.
      { indexTicks: 2 ** 45 },
    ];
    const bench = new Bench();
    for (const rest of seen) {
      for (const held of [0, 50_000, -100_000]) {
        bench.hold(held);
        const before = bench.stream.draws;
        bench.wake(rest);
        expect(bench.stream.draws - before).toBe(3);
      }
    }
  });

  test("TIME-2 what it sees changes sides, never times or sizes", () => {
    const [one, other] = [new Bench(), new Bench()];
    other.hold(50_000);
    let sides = 0;
    for (let wake = 0; wake < 300; wake++) {
      const [a, b] = [one.wake(), other.wake({ bidTicks: 1_300_000, askTicks: 1_300_002 })];
      expect([a.waitUs, a.order?.lots]).toEqual([b.waitUs, b.order?.lots]);
      if (a.order?.side !== b.order?.side) sides += 1;
    }
    expect(sides).toBeGreaterThan(100);
  });

  test("an order of less than a lot is not sent, and it wakes again all the same", () => {
    const bench = new Bench({ leastSize: "1", mostSize: "100" });
    for (let wake = 0; wake < 50; wake++) {
      const { order, waitUs } = bench.wake();
      expect(order).toBeUndefined();
      expect(Number.isSafeInteger(waitUs)).toBe(true);
    }
  });

  test("TIME-2 the same stream gives the same trader, another stream another", () => {
    const first = (key: string) => {
      const bench = new Bench({}, key);
      return [bench.made.firstWakeUs, ...Array.from({ length: 20 }, () => bench.wake())];
    };
    expect(first("7/agent/noise-trader/1")).toEqual(first("7/agent/noise-trader/1"));
    expect(first("7/agent/noise-trader/1")).not.toEqual(first("7/agent/noise-trader/2"));
  });

  test("the first wake is a draw of its own, amounts are quanta, leverage hundredths", () => {
    const parameters = noiseTrader.parameters.parse({ ...PLAIN, deposit: "12.5", leverage: "2.25", latency: "70ms" });
    const firsts = Array.from({ length: 3_000 }, (_, seed) => {
      const made = noiseTrader.make(parameters, { ...CONTEXT, stream: createStream(seed, "agent/noise-trader/1") });
      expect([made.depositQuanta, made.leverageHundredths, made.latencyUs]).toEqual([12_500_000, 225, 70_000]);
      return made.firstWakeUs;
    });
    expect(firsts.every((first) => Number.isSafeInteger(first) && first >= 0)).toBe(true);
    const mean = firsts.reduce((sum, first) => sum + first, 0) / firsts.length;
    expect(Math.abs(mean / (20 * SECOND) - 1)).toBeLessThan(0.08);
  });

  test("a smallest order above the largest is refused, naming field and values", () => {
    expect(() => new Bench({ leastSize: "500.5", mostSize: "500" })).toThrow(
      "agents: noise-trader: leastSize: expected at most mostSize, 500, got 500.5",
    );
    expect(() => new Bench({ leastSize: "500", mostSize: "500" })).not.toThrow();
  });

  test.each([
    [{ interval: "0s" }, "interval"],
    [{ leastSize: "0" }, "leastSize"],
    [{ mostSize: "-1" }, "mostSize"],
    [{ exponent: 0 }, "exponent"],
    [{ anchor: -1 }, "anchor"],
    [{ anchor: "50" }, "anchor"],
    [{ positionLimit: "" }, "positionLimit"],
    [{ deposit: 100 }, "deposit"],
  ])("refuses %j", (given, path) => {
    const result = noiseTrader.parameters.safeParse(given);
    expect(result.error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
  });

  test("both sides are market orders of either side only", () => {
    const bench = new Bench();
    const sides = new Set(Array.from({ length: 100 }, () => bench.wake().order?.side));
    expect([...sides].sort()).toEqual([BUY, SELL]);
  });
});
