import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Drawdown } from "../../../../sim/clearing/adl/drawdown.ts";
import { BUY } from "../../../../sim/market/order-book.ts";
import type { DrawdownRules } from "../../../../sim/venue/rules.ts";
import { HandVenue, type Start } from "../../venue-fixture.ts";

const HOUR = 3_600_000_000;
const PLAIN: DrawdownRules = {
  windowUs: 8 * HOUR,
  reference: "peak",
  start: { numerator: 3, denominator: 10 },
  stop: { numerator: 1, denominator: 4 },
  aboveQuanta: 0,
};

/** Whether it is active after each hour's amount. */
const courseOf = (rules: Partial<DrawdownRules>, amounts: readonly number[]) => {
  const trigger = new Drawdown({ ...PLAIN, ...rules });
  return amounts.map((available, hour) => {
    trigger.judge(hour * HOUR, available);
    return trigger.isActive;
  });
};

describe("the trigger drawdown", () => {
  test("ADL-1 begins at a fall of 30 % from the peak, to the quantum, and ends below 25 %", () => {
    expect(courseOf({}, [1_000, 701, 700, 750, 751, 700])).toEqual([false, false, true, true, false, true]);
  });

  test("ADL-2 without a stop of its own it ends where it begins", () => {
    expect(courseOf({ stop: null }, [1_000, 700, 701])).toEqual([false, true, false]);
  });

  test("ADL-1 ends when the peak has left the window: eight hours after it fell", () => {
    expect(courseOf({}, [1_000, 600, ...Array<number>(8).fill(600)])).toEqual([false, ...Array<boolean>(8).fill(true), false]);
  });

  test("ADL-1 from the average over time: 1000 for three hours and 500 for one are 875, of which 500 lacks 43 %", () => {
    // After four hours 875, after five 800, after six 750, of which 500 lacks a third; after seven 714, of which it lacks 29.97 %.
    const amounts = [1_000, 1_000, 1_000, 500, 500, 500, 500, 500, 500];
    expect(courseOf({ reference: "average", stop: null }, amounts)).toEqual([false, false, false, true, true, true, true, false, false]);
  });

  test("ADL-1 never from a peak of nothing, nor from one below the least amount", () => {
    expect(courseOf({}, [0, 0, -5])).toEqual([false, false, false]);
    expect(courseOf({ aboveQuanta: 1_001 }, [1_000, 100])).toEqual([false, false]);
    expect(courseOf({ aboveQuanta: 1_000 }, [1_000, 100])).toEqual([false, true]);
  });

  test("ADL-1 TIME-4 is what a list of everything says, restored from its state too", () => {
    const step = fc.record({
      afterUs: fc.integer({ min: 0, max: 40 }),
      available: fc.integer({ min: -20, max: 200 }),
      restores: fc.nat({ max: 9 }),
    });
    const rules = fc.record({
      windowUs: fc.integer({ min: 1, max: 300 }),
      reference: fc.constantFrom("peak", "average"),
      start: fc.constantFrom({ numerator: 3, denominator: 10 }, { numerator: 1, denominator: 2 }),
      stop: fc.constantFrom(null, { numerator: 1, denominator: 10 }),
      aboveQuanta: fc.constantFrom(0, 50),
    }) as fc.Arbitrary<DrawdownRules>;
    fc.assert(
      fc.property(rules, fc.array(step, { maxLength: 300, size: "max" }), (given, steps) => {
        let trigger = new Drawdown(given);
        const all: [timeUs: number, available: number][] = [];
        let [timeUs, active] = [1_000, false];
        for (const { afterUs, available, restores } of steps) {
          timeUs += afterUs;
          all.push([timeUs, available]);
          if (restores === 0) {
            const copy = new Drawdown(given);
            copy.restore(trigger.state());
            trigger = copy;
          }
          trigger.judge(timeUs, available);
          // The average of every microsecond of the window; the peak also of what stood for an instant only.
          const fromUs = Math.max(timeUs - given.windowUs, 1_000 + (steps[0]?.afterUs ?? 0));
          const at = (moment: number) => all.findLast(([since]) => since <= moment)?.[1] as number;
          const moments = Array.from({ length: timeUs - fromUs }, (_, index) => at(fromUs + index));
          const beginUs = timeUs - given.windowUs;
          const inForce = all.findLast(([since]) => since <= beginUs);
          const within = [...(inForce === undefined ? [] : [inForce]), ...all.filter(([since]) => since > beginUs)];
          const peak = Math.max(...within.map(([, amount]) => amount));
          const average = moments.length === 0 ? available : Math.round(moments.reduce((sum, one) => sum + one, 0) / moments.length);
          const high = given.reference === "peak" ? peak : average;
          const ratio = active ? (given.stop ?? given.start) : given.start;
          active = high > 0 && high >= given.aboveQuanta && (high - available) * ratio.denominator >= high * ratio.numerator;
          expect(trigger.isActive).toBe(active);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("while the pool has fallen too far", () => {
  const ANN: Start = { lots: 10, value: 10_000, margin: 1_000 };
  const DAN: Start = { lots: 10, value: 10_000, margin: 1_300 };
  const BOB: Start = { lots: -20, value: 20_000, margin: 20_000 };
  const drawdown: DrawdownRules = { ...PLAIN, windowUs: 10_000_000, stop: null };
  const venueOf = (price: "bankruptcy" | "mark") =>
    new HandVenue(
      { ann: ANN, dan: DAN, bob: BOB, carol: { cash: 100_000 } },
      { seed: 300, adl: { triggers: ["fund-short", "drawdown"], drawdown, price } },
    );

  test("ADL-2 what is liquidated goes to winners at once, and no order to the market", () => {
    const venue = venueOf("bankruptcy");
    venue.limit("carol", BUY, 890, 10);
    // ann, bankrupt at 900, is sold at 890: the pool pays 100 of its 300, a third of it.
    venue.judge(895);
    expect(venue.pool.booked).toBe(200);
    venue.limit("carol", BUY, 872, 10);
    // dan is bankrupt at 870 and at risk at 878: the book would pay more, but bob is closed at 870.
    venue.judge(878);
    expect([...venue.record.adl.numbers("value_quanta")]).toEqual([8_700]);
    expect(venue.exchange.book.bestLots(BUY)).toBe(10);
    expect(venue.pool.booked).toBe(200);
  });

  test("ADL-5 at mark the loser still has something left then: the pool's", () => {
    const venue = venueOf("mark");
    venue.limit("carol", BUY, 890, 10);
    venue.judge(895);
    venue.judge(878);
    expect([...venue.record.adl.numbers("value_quanta")]).toEqual([8_780]);
    expect(venue.pool.booked).toBe(280);
  });
});
