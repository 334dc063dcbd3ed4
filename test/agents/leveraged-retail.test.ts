import { describe, expect, test } from "vitest";
import { BUY, SELL } from "../../sim/index.ts";
import { AgentBench, INDEX, SECOND, type SentOrder } from "./support.ts";

/** Certain in everything: 10 times leverage on 1,200 USDT is 100 lots, long, for about half an hour. */
const PLAIN = {
  ...{ deposit: "20000", leverage: "10", interval: "5s", entryInterval: "10s", followShare: 0, longShare: 1 },
  ...{ stake: "1200", stakeSpread: 0, holding: "30m", holdingSpread: 0, stopShare: 0, takeProfitShare: 0 },
  ...{ stopLoss: 0.5, takeProfit: 1, worry: 0.6, addShare: 0, addPart: 0.5, addsMost: 3, giveUpShare: 0 },
  ...{ reopenShare: 0, reopenDelay: "100s", reopenDelaySpread: 0, reopenPart: 0.5, absence: "2h" },
};

class Bench extends AgentBench {
  constructor(given: object = {}, key?: string) {
    super("leveraged-retail", { ...PLAIN, ...given }, {}, key);
  }

  /** Looks until it sends an order. */
  untilOrder(indexTicks = INDEX, mostLooks = 2_000): SentOrder {
    for (let look = 0; look < mostLooks; look++) {
      const [sent] = this.look(5 * SECOND, indexTicks).orders;
      if (sent !== undefined) return sent;
    }
    throw new Error("sent no order");
  }

  /** Opens its position. */
  open(): this {
    this.fill(this.untilOrder());
    return this;
  }
}

describe("leveraged retail", () => {
  test("opens with its margin times its leverage, holds for its time, and closes reduce-only", () => {
    const bench = new Bench();
    const opened = bench.untilOrder();
    expect(opened).toMatchObject({ kind: "market", side: BUY, lots: 100, options: {} });
    const openedUs = bench.timeUs;
    bench.fill(opened);
    const closed = bench.untilOrder();
    expect(closed).toMatchObject({ kind: "market", side: SELL, lots: 100, options: { reduceOnly: true } });
    expect(bench.timeUs - openedUs).toBe(1_800 * SECOND);
    bench.fill(closed);
    expect(bench.untilOrder()).toMatchObject({ side: BUY, lots: 100 });
  });

  test("each draws a leverage from the distribution, at most that of the first tier", () => {
    const leverages = [
      { value: "2", weight: 1 },
      { value: "20", weight: 2 },
      { value: "500", weight: 1 },
    ];
    const { leverage: _, ...rest } = PLAIN;
    const drawn = Array.from({ length: 2_000 }, (__, seed) => {
      return new AgentBench("leveraged-retail", { ...rest, leverages }, {}, `${seed}/retail`).made.leverageHundredths;
    });
    for (const [value, probability] of [
      [200, 0.25],
      [2_000, 0.5],
      [10_000, 0.25],
    ]) {
      const part = drawn.filter((leverage) => leverage === value).length / drawn.length;
      expect(Math.abs(part - (probability as number))).toBeLessThan(0.035);
    }
    expect(new Bench({ leverage: "7.5", leverages }).made.leverageHundredths).toBe(750);
  });

  test("times between positions are exponential with the mean asked for", () => {
    const waits: number[] = [];
    const bench = new Bench({ entryInterval: "100s" });
    for (let round = 0; round < 1_500; round++) {
      const { wakes, orders } = bench.look(1);
      if (orders[0] !== undefined) {
        // Refused: its next wait begins when it hears of it.
        bench.hear({ kind: "rejected", order: orders[0].order, code: "insufficient-margin" });
        continue;
      }
      bench.timeUs += (wakes[0] as number) - 1;
      if (round > 0 && (wakes[0] as number) !== 5 * SECOND) waits.push((wakes[0] as number) / (100 * SECOND));
    }
    expect(waits.length).toBeGreaterThan(400);
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.15);
  });

  test("its side follows what has moved, if it is one that follows", () => {
    for (const [factor, side] of [
      [1.01, BUY],
      [0.99, SELL],
    ] as const) {
      const bench = new Bench({ followShare: 1, longShare: side === BUY ? 0 : 1, entryInterval: "60s" });
      bench.look(SECOND);
      expect(bench.untilOrder(INDEX * factor).side).toBe(side);
    }
    expect(new Bench({ longShare: 0 }).untilOrder().side).toBe(SELL);
  });

  test("ORDER-1 stop-loss and take-profit stand at parts of the margin from its entry, reduce-only, for all of it", () => {
    for (const [longShare, side] of [
      [1, SELL],
      [0, BUY],
    ] as const) {
      const bench = new Bench({ longShare, stopShare: 1, takeProfitShare: 1 });
      const sign = longShare === 1 ? 1 : -1;
      bench.fill(bench.untilOrder(), 1_000_000);
      expect(bench.look(5 * SECOND).orders).toMatchObject([
        { kind: "stop", side, priceTicks: 1_000_000 * (1 - 0.05 * sign), lots: 100, options: { reduceOnly: true } },
        { kind: "take-profit", side, priceTicks: 1_000_000 * (1 + 0.1 * sign), lots: 100, options: { reduceOnly: true } },
      ]);
      expect(bench.look(5 * SECOND).orders).toEqual([]);
    }
  });

  test("a part of its positions has each, and no order stands for what it does not have", () => {
    const kinds = new Bench({ takeProfitShare: 1 }).open().look(5 * SECOND).orders;
    expect(kinds.map(({ kind }) => kind)).toEqual(["take-profit"]);
    expect(new Bench().open().look(5 * SECOND).orders).toEqual([]);
  });

  test("when one has closed the position, the other is cancelled", () => {
    for (const fired of [0, 1]) {
      const bench = new Bench({ stopShare: 1, takeProfitShare: 1 }).open();
      const guards = bench.look(5 * SECOND).orders;
      bench.fill(guards[fired]);
      expect(bench.look(5 * SECOND).cancelled).toEqual([guards[1 - fired]?.order]);
      expect(bench.desk.standing.size).toBe(0);
    }
  });

  test("when one has closed a part only, it closes the rest by hand", () => {
    const bench = new Bench({ stopShare: 1, takeProfitShare: 1 }).open();
    const [stop, profit] = bench.look(5 * SECOND).orders;
    bench.fill(stop, INDEX, 40);
    expect(bench.look(5 * SECOND)).toMatchObject({
      orders: [{ kind: "market", side: SELL, lots: 60, options: { reduceOnly: true } }],
      cancelled: [profit?.order],
    });
  });

  test("ORDER-4 a stop whose price was passed before it stood: it closes by hand", () => {
    const bench = new Bench({ stopShare: 1, takeProfitShare: 1 }).open();
    const [stop, profit] = bench.look(5 * SECOND).orders;
    bench.hear({ kind: "rejected", order: stop?.order as number, code: "would-trigger" });
    expect(bench.look(5 * SECOND)).toMatchObject({ orders: [{ kind: "market", side: SELL, lots: 100 }], cancelled: [profit?.order] });
  });

  test("both are cancelled when it closes by itself, and when the position is taken over", () => {
    const bench = new Bench({ stopShare: 1, takeProfitShare: 1 }).open();
    const guards = bench.look(5 * SECOND).orders.map(({ order }) => order);
    expect(bench.look(1_800 * SECOND).cancelled).toEqual(guards);
    const gone = new Bench({ stopShare: 1 }).open();
    gone.look(5 * SECOND);
    gone.hear({ kind: "liquidated", instrument: 0 });
    expect(gone.look(5 * SECOND).cancelled).toHaveLength(1);
  });
});

describe("leveraged retail near liquidation", () => {
  /** Price at which a long position, built at the index with 10 times leverage, has lost a part of the margin put up. */
  const losing = (part: number) => ({ markTicks: Math.round(INDEX * (1 - part / 10)) });

  test("adds margin when so much of it is lost, again when so much of the sum is, as often as it has in mind", () => {
    const bench = new Bench({ addShare: 1, addsMost: 2 }).open();
    const at = (part: number) => {
      bench.look(5 * SECOND, INDEX, losing(part));
      return [...bench.desk.adjusted.values()];
    };
    // 1,200 USDT put up; a half of it is added.
    expect(at(0.59)).toEqual([]);
    expect(at(0.61)).toEqual([600e6]);
    // Of 1,800 then: 60 % are 0.9 of what was put up; and of 2,400: 1.2.
    expect(at(0.89)).toHaveLength(1);
    expect(at(0.91)).toEqual([600e6, 600e6]);
    expect(at(1.19)).toHaveLength(2);
    expect(at(1.5)).toHaveLength(2);
  });

  test("gives up and closes when it adds no more, or hopes on", () => {
    const bench = new Bench({ giveUpShare: 1 }).open();
    expect(bench.look(5 * SECOND, INDEX, losing(0.59)).orders).toEqual([]);
    expect(bench.look(5 * SECOND, INDEX, losing(0.61)).orders).toMatchObject([{ side: SELL, lots: 100, options: { reduceOnly: true } }]);
    const hoping = new Bench().open();
    for (const part of [0.61, 0.9, 1.2]) expect(hoping.look(5 * SECOND, INDEX, losing(part)).orders).toEqual([]);
    expect(hoping.desk.adjusted.size).toBe(0);
  });

  test("ORDER-4 refused more margin, it has none to add", () => {
    const bench = new Bench({ addShare: 1, giveUpShare: 1 }).open();
    bench.look(5 * SECOND, INDEX, losing(0.61));
    const [order] = [...bench.desk.adjusted.keys()];
    bench.hear({ kind: "rejected", order: order as number, code: "insufficient-margin" });
    expect(bench.look(5 * SECOND, INDEX, losing(0.61)).orders).toMatchObject([{ side: SELL, lots: 100 }]);
    expect(bench.desk.adjusted.size).toBe(1);
  });

  test("a short fears a rise", () => {
    const bench = new Bench({ longShare: 0, giveUpShare: 1 }).open();
    expect(bench.look(5 * SECOND, INDEX, losing(0.9)).orders).toEqual([]);
    expect(bench.look(5 * SECOND, INDEX, losing(-0.61)).orders).toMatchObject([{ side: BUY, lots: 100 }]);
  });
});

describe("leveraged retail that the venue has closed", () => {
  test("LIQ-4 liquidated it opens the same again after its delay, or stays away", () => {
    const bench = new Bench({ reopenShare: 1 }).open();
    bench.hear({ kind: "liquidated", instrument: 0 });
    const since = bench.timeUs;
    expect(bench.untilOrder()).toMatchObject({ side: BUY, lots: 100, options: {} });
    expect(bench.timeUs - since).toBe(105 * SECOND);
    const away = new Bench().open();
    away.hear({ kind: "liquidated", instrument: 0 });
    const left = away.timeUs;
    away.untilOrder();
    expect(away.timeUs - left).toBeGreaterThanOrEqual(7_200 * SECOND);
  });

  test("ADL-6 deleveraged it opens a part again after its delay, and protects all of it", () => {
    const bench = new Bench({ reopenShare: 1, stopShare: 1 }).open();
    bench.look(5 * SECOND);
    bench.hear({ kind: "deleveraged", instrument: 0, lots: -60, priceTicks: INDEX });
    const since = bench.timeUs;
    const again = bench.untilOrder();
    expect(again).toMatchObject({ kind: "market", side: BUY, lots: 30, options: {} });
    expect(bench.timeUs - since).toBe(105 * SECOND);
    bench.fill(again);
    expect(bench.look(5 * SECOND).orders).toMatchObject([{ kind: "stop", lots: 70 }]);
    expect(bench.desk.standing.size).toBe(1);
  });

  test("ADL-6 deleveraged out of all of it, it opens a part again; or goes on as ever", () => {
    const bench = new Bench({ reopenShare: 1 }).open();
    bench.hear({ kind: "deleveraged", instrument: 0, lots: -100, priceTicks: INDEX });
    expect(bench.untilOrder()).toMatchObject({ side: BUY, lots: 50 });
    const other = new Bench().open();
    other.hear({ kind: "deleveraged", instrument: 0, lots: -100, priceTicks: INDEX });
    expect(other.untilOrder(INDEX, 30)).toMatchObject({ side: BUY, lots: 100 });
    const partly = new Bench().open();
    partly.hear({ kind: "deleveraged", instrument: 0, lots: -60, priceTicks: INDEX });
    for (let look = 0; look < 100; look++) expect(partly.look(5 * SECOND).orders).toEqual([]);
  });

  test("LIQ-3 reduced by the venue it goes on with what is left", () => {
    const bench = new Bench().open();
    bench.hear({ kind: "reduced", instrument: 0, lots: -30, priceTicks: INDEX });
    expect(bench.look(1_800 * SECOND).orders).toMatchObject([{ side: SELL, lots: 70 }]);
  });

  test("TIME-2 what happens to it shifts no draw: its n-th position has the same margin and time, whatever became of the others", () => {
    const given = { stakeSpread: 1, holdingSpread: 1, reopenShare: 0.5, addShare: 0.5, absence: "1s", deposit: "2000000" };
    const lots = (treat: (bench: Bench, opened: SentOrder) => void) => {
      const bench = new Bench(given);
      return Array.from({ length: 12 }, () => {
        const opened = bench.untilOrder();
        treat(bench, opened);
        return opened.lots;
      });
    };
    const refused = lots((bench, { order }) => bench.hear({ kind: "rejected", order, code: "insufficient-margin" }));
    const closed = lots((bench, opened) => {
      bench.fill(opened);
      bench.fill(bench.untilOrder());
    });
    expect(closed).toEqual(refused);
    expect(new Set(refused).size).toBeGreaterThan(8);
  });

  test("without a price it waits, and an order of less than a lot is not sent", () => {
    const none = { bidTicks: 0, askTicks: 0, lastTicks: 0 };
    expect(new Bench().look(5 * SECOND, 0, none)).toEqual({ orders: [], cancelled: [], wakes: [5 * SECOND] });
    const poor = new Bench({ stake: "0.5" });
    for (let look = 0; look < 50; look++) expect(poor.look(5 * SECOND).orders).toEqual([]);
  });
});
