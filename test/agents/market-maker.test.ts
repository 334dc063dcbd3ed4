import { describe, expect, test } from "vitest";
import { marketMaker } from "../../agents/market-maker.ts";
import { type Agent, BUY, createStream, type MarketView, SELL } from "../../sim/index.ts";
import { AgentBench, CONTEXT, FakeDesk, INDEX, SECOND, type SentOrder, view } from "./support.ts";

/** Round numbers: levels at 1 %, 2 % and 3 % of 120,000, each 12,000 USDT, which is 100 lots; the limit is 1,000 lots. */
const PLAIN = {
  interval: "2s",
  levels: 3,
  halfSpread: 0.01,
  spacing: 0.01,
  size: "12000",
  inventoryLimit: "120000",
  lean: 0.02,
  stressMove: 0.01,
};

function make(given: object = {}, seed = 1) {
  const parameters = marketMaker.parameters.parse({ ...PLAIN, ...given });
  return marketMaker.make(parameters, { ...CONTEXT, stream: createStream(seed, "agent/market-maker/1") });
}

/** An agent at a desk; `look` wakes it and gives what it did. */
class Bench {
  readonly agent: Agent;
  readonly desk = new FakeDesk();
  timeUs = 0;

  constructor(given: object = {}) {
    this.agent = make(given).agent;
  }

  look(indexTicks: number = INDEX, rest: Partial<MarketView> = {}) {
    this.timeUs += 2 * SECOND;
    this.agent.wake(view(this.timeUs, indexTicks, rest), this.desk);
    return this.desk.take();
  }

  /** The venue says that so many lots of an order traded. */
  fill(order: SentOrder, lots: number = order.lots): void {
    if (lots >= order.lots) this.desk.standing.delete(order.order);
    this.agent.receive({ kind: "filled", order: order.order, lots: order.side === BUY ? lots : -lots, priceTicks: order.priceTicks });
  }

  /** Price and lots of what stands on a side, the best first. */
  quotes(side: number): [number, number][] {
    const standing = [...this.desk.standing.values()].filter((one) => one.side === side);
    standing.sort((one, other) => (side === BUY ? other.priceTicks - one.priceTicks : one.priceTicks - other.priceTicks));
    return standing.map((one) => [one.priceTicks, one.lots]);
  }
}

const plain = (orders: readonly SentOrder[]) => orders.map(({ side, priceTicks, lots }) => [side, priceTicks, lots]);

describe("market maker", () => {
  test("quotes a ladder on both sides of the index and asks to be woken after its interval", () => {
    const bench = new Bench();
    const { orders, cancelled, wakes } = bench.look();
    expect(plain(orders)).toEqual([
      [BUY, 1_188_000, 100],
      [SELL, 1_212_000, 100],
      [BUY, 1_176_000, 100],
      [SELL, 1_224_000, 100],
      [BUY, 1_164_000, 100],
      [SELL, 1_236_000, 100],
    ]);
    expect([cancelled, wakes]).toEqual([[], [2 * SECOND]]);
  });

  test.each([
    { kind: "market-maker", given: { levels: 12, halfSpread: 0.01, spacing: 0.01, stressMove: 0.01 } },
    { kind: "avellaneda-stoikov", given: { levels: 12, spacing: 0.02, riskAversion: 40, stressDepth: 1, volatilityHalfLife: "10s" } },
  ])("in whatever stress $kind quotes nothing further than half of the price away, least of all at next to nothing", ({ kind, given }) => {
    const bench = new AgentBench(kind, { size: "12000", inventoryLimit: "1000000", ...given });
    let furthest = 0;
    for (let fall = 0; fall < 8; fall++) {
      const index = Math.round(INDEX * 0.9 ** fall);
      bench.look(2 * SECOND, index);
      for (const { priceTicks } of bench.desk.standing.values()) furthest = Math.max(furthest, Math.abs(priceTicks / index - 1));
    }
    // It did go far.
    expect(furthest).toBeGreaterThan(0.2);
    expect(furthest).toBeLessThanOrEqual(0.5 + 1e-5);
  });

  test("quotes around the index, not around the book", () => {
    const [bench, other] = [new Bench(), new Bench()];
    bench.look();
    other.look(INDEX, { bidTicks: 900_000, askTicks: 900_100, lastTicks: 900_050, markTicks: 900_050 });
    expect(bench.quotes(BUY)).toEqual(other.quotes(BUY));
    expect(bench.quotes(SELL)).toEqual(other.quotes(SELL));
  });

  test("an unchanged market changes nothing", () => {
    const bench = new Bench();
    bench.look();
    for (let look = 0; look < 3; look++) expect(bench.look()).toEqual({ orders: [], cancelled: [], wakes: [2 * SECOND] });
    expect(bench.desk.standing.size).toBe(6);
  });

  test("replaces only what changed: a filled level, not the others", () => {
    const bench = new Bench({ lean: 0 });
    const { orders } = bench.look();
    const best = orders[0] as SentOrder;
    bench.fill(best);
    const after = bench.look();
    expect(plain(after.orders)).toEqual([[BUY, best.priceTicks, 100]]);
    expect(after.cancelled).toEqual([]);
  });

  test("a partly filled order is cancelled and placed anew at full size", () => {
    const bench = new Bench({ lean: 0 });
    const { orders } = bench.look();
    const best = orders[1] as SentOrder;
    bench.fill(best, 30);
    const after = bench.look();
    expect(after.cancelled).toEqual([best.order]);
    expect(plain(after.orders)).toEqual([[SELL, best.priceTicks, 100]]);
  });

  test("a moved index moves every quote, and cancels go out before the new orders", () => {
    const sent: string[] = [];
    const bench = new Bench();
    const { orders } = bench.look();
    const limit = bench.desk.limit.bind(bench.desk);
    const cancel = bench.desk.cancel.bind(bench.desk);
    bench.desk.limit = (...order) => {
      sent.push("limit");
      return limit(...order);
    };
    bench.desk.cancel = (order) => {
      sent.push("cancel");
      cancel(order);
    };
    const after = bench.look(INDEX + 1_000);
    expect(after.cancelled).toEqual(orders.map(({ order }) => order));
    expect(after.orders).toHaveLength(6);
    expect(sent.lastIndexOf("cancel")).toBeLessThan(sent.indexOf("limit"));
  });

  test("leans against its inventory: half full, the centre moves by half of the lean", () => {
    const bench = new Bench();
    const { orders } = bench.look();
    bench.fill(orders[0] as SentOrder, 500);
    bench.look();
    // Centre 1,200,000 × (1 − 0.02 × 0.5) = 1,188,000.
    expect(bench.quotes(BUY)[0]).toEqual([Math.floor(1_188_000 * 0.99), 100]);
    expect(bench.quotes(SELL)[0]).toEqual([Math.ceil(1_188_000 * 1.01), 100]);
    const short = new Bench();
    const first = short.look();
    short.fill(first.orders[1] as SentOrder, 500);
    short.look();
    expect(short.quotes(BUY)[0]).toEqual([Math.floor(1_212_000 * 0.99), 100]);
    expect(short.quotes(SELL)[0]).toEqual([Math.ceil(1_212_000 * 1.01), 100]);
  });

  test("stops the side that would take it beyond its limit, level by level", () => {
    const levels = (lots: number) => {
      const bench = new Bench();
      const { orders } = bench.look();
      if (lots !== 0) bench.fill(orders[lots > 0 ? 0 : 1] as SentOrder, Math.abs(lots));
      bench.look();
      return [bench.quotes(BUY).length, bench.quotes(SELL).length];
    };
    expect(levels(0)).toEqual([3, 3]);
    expect(levels(700)).toEqual([3, 3]);
    expect(levels(701)).toEqual([2, 3]);
    expect(levels(900)).toEqual([1, 3]);
    expect(levels(901)).toEqual([0, 3]);
    expect(levels(5_000)).toEqual([0, 3]);
    expect(levels(-801)).toEqual([3, 1]);
    expect(levels(-950)).toEqual([3, 0]);
  });

  test("widens and shows less in stress, and comes back when the index stands still", () => {
    const bench = new Bench();
    bench.look();
    // Down by 1 % within two seconds: at a stress move of 1 % the spread about doubles and the size about halves.
    const low = INDEX * 0.99;
    bench.look(low);
    const stress = (60 / 62) * 1;
    expect(bench.quotes(BUY)[0]).toEqual([Math.floor(low * (1 - 0.01 * (1 + stress))), Math.floor(12_000e6 / (1 + stress) / (low * 100))]);
    expect(bench.quotes(SELL)[0]?.[0]).toBe(Math.ceil(low * (1 + 0.01 * (1 + stress))));
    const widths: number[] = [];
    for (let look = 0; look < 200; look++) {
      bench.look(low);
      widths.push((bench.quotes(SELL)[0]?.[0] as number) - (bench.quotes(BUY)[0]?.[0] as number));
    }
    widths.reduce((before, width) => {
      expect(width).toBeLessThanOrEqual(before);
      return width;
    });
    expect(widths[0]).toBeGreaterThan(0.035 * low);
    expect(widths[199]).toBeLessThan(0.0202 * low);
    // A rise is as much stress as a fall.
    const up = new Bench();
    up.look();
    up.look(INDEX * 1.01);
    expect(up.quotes(BUY)[0]?.[1]).toBeLessThan(60);
  });

  test("in so much stress that not a lot is left it quotes nothing, and still wakes", () => {
    const bench = new Bench({ size: "240", stressMove: 0.001 });
    expect(bench.look().orders).toHaveLength(6);
    const after = bench.look(INDEX / 2);
    expect([after.orders, after.cancelled.length, after.wakes]).toEqual([[], 6, [2 * SECOND]]);
  });

  test("levels that meet at one tick are one order of their lots", () => {
    const bench = new Bench({ halfSpread: 0, spacing: 0 });
    const { orders } = bench.look();
    expect(plain(orders)).toEqual([
      [BUY, INDEX, 300],
      [SELL, INDEX + 1, 300],
    ]);
    expect(bench.look().orders).toEqual([]);
  });

  test("never quotes below one tick, nor buys at or above what it sells at", () => {
    const bench = new Bench({ levels: 50, halfSpread: 0.5, spacing: 0.5, lean: 0.5 });
    for (const index of [3, 1, 2, 500, 1]) {
      bench.look(index);
      const [buys, sells] = [bench.quotes(BUY).map(([ticks]) => ticks), bench.quotes(SELL).map(([ticks]) => ticks)];
      expect(Math.min(...buys)).toBeGreaterThanOrEqual(1);
      expect(Math.min(...sells)).toBeGreaterThan(Math.max(...buys));
      for (const [ticks, lots] of [...bench.quotes(BUY), ...bench.quotes(SELL)])
        expect([ticks, lots].every(Number.isSafeInteger)).toBe(true);
    }
  });

  test("its position follows fills, auto-deleveraging and liquidation", () => {
    /** What it believes to hold, read from where it puts its best buy. */
    const centre = (bench: Bench) => {
      bench.look();
      return ((bench.quotes(SELL)[0]?.[0] as number) + (bench.quotes(BUY)[0]?.[0] as number)) / 2;
    };
    const bench = new Bench({ levels: 1 });
    const { orders } = bench.look();
    const flat = centre(bench);
    bench.fill(orders[0] as SentOrder, 400);
    const long = centre(bench);
    expect(long / flat).toBeCloseTo(1 - 0.02 * 0.4, 5);
    bench.agent.receive({ kind: "deleveraged", instrument: 0, lots: -100, priceTicks: INDEX });
    expect(centre(bench) / flat).toBeCloseTo(1 - 0.02 * 0.3, 5);
    bench.agent.receive({ kind: "liquidated", instrument: 0 });
    expect(centre(bench)).toBe(flat);
    // A fill of an order it has cancelled meanwhile counts all the same.
    bench.agent.receive({ kind: "filled", order: 1, lots: -200, priceTicks: INDEX });
    expect(centre(bench) / flat).toBeCloseTo(1 + 0.02 * 0.2, 5);
  });

  test("an order that was refused or left the book is placed again at the next look", () => {
    const bench = new Bench();
    const { orders } = bench.look();
    bench.agent.receive({ kind: "rejected", order: (orders[2] as SentOrder).order, code: "insufficient-margin" });
    bench.agent.receive({ kind: "done", order: (orders[3] as SentOrder).order });
    const after = bench.look();
    expect(plain(after.orders)).toEqual(plain(orders.slice(2, 4)));
    expect(after.cancelled).toEqual([]);
  });

  test("TIME-2 makers start at different moments of their interval; amounts in quanta, leverage in hundredths", () => {
    const made = [1, 2, 3, 4].map((seed) => make({ deposit: "3000000.5", leverage: "7.5", latency: "4ms" }, seed));
    expect(new Set(made.map(({ firstWakeUs }) => firstWakeUs)).size).toBe(4);
    for (const { firstWakeUs, depositQuanta, leverageHundredths, latencyUs } of made) {
      expect(Number.isSafeInteger(firstWakeUs) && firstWakeUs >= 0 && firstWakeUs < 2 * SECOND).toBe(true);
      expect([depositQuanta, leverageHundredths, latencyUs]).toEqual([3_000_000_500_000, 750, 4_000]);
    }
    expect(make({}, 9).firstWakeUs).toBe(make({}, 9).firstWakeUs);
  });

  test.each([
    [{ levels: 0 }, "levels"],
    [{ levels: 1.5 }, "levels"],
    [{ halfSpread: -0.1 }, "halfSpread"],
    [{ size: "0" }, "size"],
    [{ size: 5 }, "size"],
    [{ lean: Number.NaN }, "lean"],
    [{ stressMove: 0 }, "stressMove"],
    [{ interval: "0s" }, "interval"],
    [{ latency: "fast" }, "latency"],
    [{ leverage: "0" }, "leverage"],
  ])("refuses %j", (given, path) => {
    const result = marketMaker.parameters.safeParse(given);
    expect(result.error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
  });
});

describe("a market maker in a drought", () => {
  test("shows the part of its size that is left, up to twice as far apart, and comes back over the recovery", () => {
    const droughts = [{ fromUs: 4 * SECOND, untilUs: 6 * SECOND, recoveryUs: 4 * SECOND, depth: 0.25 }];
    const bench = new AgentBench("market-maker", { ...PLAIN, levels: 1 }, { droughts });
    const shown = () => [...bench.desk.standing.values()].map(({ priceTicks, lots }) => [priceTicks, lots]);
    const seen = Array.from({ length: 6 }, () => {
      bench.look(2 * SECOND);
      return shown();
    });
    const at = (lots: number, distance: number) => [
      [Math.floor(INDEX * (1 - distance)), lots],
      [Math.ceil(INDEX * (1 + distance)), lots],
    ];
    expect(seen).toEqual([at(100, 0.01), at(25, 0.0175), at(25, 0.0175), at(62, 0.01375), at(100, 0.01), at(100, 0.01)]);
  });

  test("with nothing left it shows nothing", () => {
    const droughts = [{ fromUs: 0, untilUs: 6 * SECOND, recoveryUs: 0, depth: 0 }];
    const bench = new AgentBench("market-maker", PLAIN, { droughts });
    expect(bench.look(2 * SECOND).orders).toEqual([]);
    expect(bench.look(4 * SECOND).orders).toHaveLength(6);
  });
});
