import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PositionTracker } from "../../agents/position-tracker.ts";
import type { Message } from "../../sim/index.ts";

const filled = (lots: number, priceTicks: number): Message => ({ kind: "filled", order: 1, lots, priceTicks });

describe("what an agent knows of its position", () => {
  test("the entry is the mean of what built it: kept by what reduces, new for what turns it", () => {
    const position = new PositionTracker();
    expect(position.receive(filled(100, 1_000))).toBe(100);
    position.receive(filled(300, 1_200));
    expect([position.lots, position.entryTicks]).toEqual([400, 1_150]);
    position.receive(filled(-150, 900));
    expect([position.lots, position.entryTicks]).toEqual([250, 1_150]);
    position.receive(filled(-300, 800));
    expect([position.lots, position.entryTicks]).toEqual([-50, 800]);
    position.receive(filled(50, 700));
    expect([position.lots, position.entryTicks]).toEqual([0, 0]);
  });

  test("gains are parts of the entry, of a short those of a fall", () => {
    const position = new PositionTracker();
    expect(position.gainAt(1_000)).toBe(0);
    position.trade(10, 1_000);
    expect(position.gainAt(1_100)).toBeCloseTo(0.1);
    expect(position.gainAt(0)).toBe(0);
    position.trade(-20, 1_000);
    expect(position.gainAt(1_100)).toBeCloseTo(-0.1);
  });

  test("LIQ-4 ADL-6 what the venue takes goes, what says nothing of the position does not change it", () => {
    const position = new PositionTracker();
    position.trade(100, 1_000);
    expect(position.receive({ kind: "deleveraged", instrument: 0, lots: -40, priceTicks: 900 })).toBe(-40);
    expect(position.receive({ kind: "reduced", instrument: 0, lots: -10, priceTicks: 900 })).toBe(-10);
    for (const message of [
      { kind: "done", order: 1 },
      { kind: "rejected", order: 1, code: "invalid-size" },
      { kind: "trimmed", order: 1, lots: 5 },
    ] as const)
      expect(position.receive(message)).toBe(0);
    expect([position.lots, position.entryTicks]).toEqual([50, 1_000]);
    expect(position.receive({ kind: "liquidated", instrument: 0 })).toBe(-50);
    expect([position.lots, position.entryTicks]).toEqual([0, 0]);
  });

  test("whatever is traded, lots are its sum, and realised and open gains are what the trades were worth", () => {
    const trades = fc.array(fc.tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 1, max: 5_000 })), { maxLength: 30 });
    fc.assert(
      fc.property(trades, fc.integer({ min: 1, max: 5_000 }), (all, endTicks) => {
        const position = new PositionTracker();
        let realised = 0;
        for (const [lots, ticks] of all) {
          const closing = position.lots * lots < 0 ? Math.sign(position.lots) * Math.min(Math.abs(lots), Math.abs(position.lots)) : 0;
          realised += closing * (ticks - position.entryTicks);
          position.trade(lots, ticks);
        }
        expect(position.lots).toBe(all.reduce((sum, [lots]) => sum + lots, 0));
        const worth = all.reduce((sum, [lots, ticks]) => sum + lots * (endTicks - ticks), 0);
        const open = position.lots * (endTicks - position.entryTicks);
        expect(realised + open).toBeCloseTo(worth, 3);
      }),
    );
  });
});
