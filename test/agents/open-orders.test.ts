import { describe, expect, test } from "vitest";
import { addQuote, OpenOrders, type Quotes } from "../../agents/open-orders.ts";
import { OwnAccount } from "../../agents/own-account.ts";
import { BUY, SELL } from "../../sim/index.ts";
import { FakeDesk } from "./support.ts";

const quotes = (...all: [typeof BUY | typeof SELL, number, number][]): Quotes => {
  const wanted: Quotes = new Map();
  for (const [side, ticks, lots] of all) addQuote(wanted, side, ticks, lots);
  return wanted;
};

describe("an agent's own orders", () => {
  test("follow the venue's messages: filled in parts, trimmed, done, refused", () => {
    const [orders, desk] = [new OpenOrders(), new FakeDesk()];
    const numbers = [1, 2, 3, 4].map(() => orders.limit(desk, BUY, 100, 10));
    expect(orders.receive({ kind: "filled", order: 1, lots: 4, priceTicks: 100 })).toBe(true);
    expect(orders.on(BUY)[0]?.lots).toBe(6);
    orders.receive({ kind: "trimmed", order: 1, lots: 5 });
    expect(orders.on(BUY)[0]?.lots).toBe(5);
    orders.receive({ kind: "filled", order: 1, lots: 5, priceTicks: 100 });
    orders.receive({ kind: "done", order: 2 });
    orders.receive({ kind: "rejected", order: 3, code: "insufficient-margin" });
    expect(numbers.map((order) => orders.has(order))).toEqual([false, false, false, true]);
    expect(orders.receive({ kind: "done", order: 2 })).toBe(false);
    expect(orders.receive({ kind: "liquidated", instrument: 0 })).toBe(false);
    orders.cancelAll(desk);
    expect([orders.count, desk.take().cancelled]).toEqual([0, [4]]);
  });

  test("a ladder becomes another with as few commands as will do", () => {
    const [orders, desk] = [new OpenOrders(), new FakeDesk()];
    orders.replace(quotes([BUY, 99, 5], [BUY, 98, 5], [SELL, 101, 5]), desk);
    expect(desk.take().orders).toHaveLength(3);
    orders.replace(quotes([BUY, 99, 5], [BUY, 97, 5], [SELL, 101, 6]), desk, { reduceOnly: true });
    const { orders: sent, cancelled } = desk.take();
    expect(cancelled).toEqual([2, 3]);
    expect(sent).toMatchObject([
      { side: BUY, priceTicks: 97, lots: 5, options: { reduceOnly: true } },
      { side: SELL, priceTicks: 101, lots: 6, options: { reduceOnly: true } },
    ]);
    expect(orders.on(BUY).map(({ priceTicks }) => priceTicks)).toEqual([99, 97]);
  });
});

describe("trading towards a position", () => {
  test("one order at a time, no larger than allowed, reduce-only where it reduces, through flat in two steps", () => {
    const [own, desk] = [new OwnAccount(), new FakeDesk()];
    const filledBy = (order: number, lots: number) => own.receive({ kind: "filled", order, lots, priceTicks: 100 });
    expect(own.towards(30, 20, desk)).toBe(1);
    expect(own.towards(30, 20, desk)).toBe(0);
    filledBy(1, 20);
    own.towards(30, 20, desk);
    filledBy(2, 10);
    expect(own.towards(30, 20, desk)).toBe(0);
    own.towards(-10, 100, desk);
    filledBy(3, -30);
    own.towards(-10, 100, desk);
    filledBy(4, -10);
    own.towards(-4, 100, desk);
    own.receive({ kind: "rejected", order: 5, code: "insufficient-margin" });
    own.towards(0, 0, desk);
    expect(desk.take().orders.map(({ side, lots, options }) => [side, lots, options.reduceOnly === true])).toEqual([
      [BUY, 20, false],
      [BUY, 10, false],
      [SELL, 30, true],
      [SELL, 10, false],
      [BUY, 6, true],
    ]);
  });
});
