import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Displacement } from "../../../sim/market/displacement.ts";
import { ReferenceDisplacement } from "./reference-displacement.ts";

const SECOND = 1_000_000;
const HALF_LIFE = 60 * SECOND;
/** So slow that the average stays where it is in tests that are not about it. */
const NEVER = 1e15 * SECOND;

function fresh(slowAverageUs = NEVER): Displacement {
  return new Displacement(HALF_LIFE, slowAverageUs, 0);
}

describe("displacement", () => {
  test("CASC-1 nothing moved: nothing displaced", () => {
    const displacement = fresh();
    displacement.add(0, 1, 0);
    expect(displacement.step(SECOND, SECOND, 1000, 900)).toBe(0);
    expect([displacement.strongest(-1), displacement.strongest(1), displacement.totalTicks(1)]).toEqual([-1, -1, 0]);
  });

  test("CASC-1 halves each half-life", () => {
    const displacement = fresh();
    displacement.add(0, 1, -64);
    for (let lives = 0; lives <= 5; lives++) {
      expect(displacement.step(lives * HALF_LIFE, 0, 1000, 900)).toBeCloseTo(-64 / 2 ** lives, 9);
    }
    displacement.add(5 * HALF_LIFE, 1, -6);
    displacement.add(5 * HALF_LIFE, 2, -8);
    expect(displacement.step(6 * HALF_LIFE, 0, 1000, 900)).toBeCloseTo(-8, 9);
    expect(displacement.step(6.5 * HALF_LIFE, 0, 1000, 900)).toBeCloseTo(-8 * Math.SQRT1_2, 9);
  });

  test("CASC-1 clamped between 0 and mid − F, downwards and upwards", () => {
    const down = fresh();
    down.add(0, 1, -50);
    expect(down.step(0, 0, 1000, 970)).toBeCloseTo(-30, 9);
    // Scaled once and for all: it does not come back when the mid falls again.
    expect(down.step(0, 0, 1000, 900)).toBeCloseTo(-30, 9);
    // The mid above F: nothing holds it down.
    expect(down.step(0, 0, 1000, 1010)).toBeCloseTo(0, 9);
    expect(down.step(0, 0, 1000, 900)).toBeCloseTo(0, 9);
    const up = fresh();
    up.add(0, 1, 50);
    expect(up.step(0, 0, 1000, 1020)).toBeCloseTo(20, 9);
    expect(up.step(0, 0, 1000, 990)).toBeCloseTo(0, 9);
  });

  test("CASC-1 all shares are scaled alike when the sum is clamped", () => {
    const displacement = fresh();
    displacement.add(0, 1, -60);
    displacement.add(0, 2, -30);
    displacement.add(0, 3, -10);
    expect(displacement.step(0, 0, 1000, 950)).toBeCloseTo(-50, 9);
    // Now 30, 15, 5: twenty more of the third overtake the second, not the first.
    displacement.add(0, 3, -20);
    expect(displacement.step(0, 0, 1000, 900)).toBeCloseTo(-70, 9);
    expect(displacement.strongest(-1)).toBe(1);
    displacement.add(0, 3, -5.1);
    displacement.step(0, 0, 1000, 900);
    expect(displacement.strongest(-1)).toBe(3);
  });

  test("CASC-1 F follows the book slowly: index + average of (mid − b − index)", () => {
    const displacement = fresh(9 * SECOND);
    // The book stands 20 below the index by itself: each second a tenth of the rest enters F.
    for (let second = 1; second <= 200; second++) displacement.step(second * SECOND, SECOND, 1000, 980);
    // Then liquidations move it by −50, and only these are displacement.
    displacement.add(200 * SECOND, 1, -80);
    expect(displacement.step(200 * SECOND, 0, 1000, 930)).toBeCloseTo(-50, 6);
    // What liquidations hold down does not enter F.
    expect(displacement.step(201 * SECOND, SECOND, 1000, 900)).toBeCloseTo(-50 * 2 ** (-1 / 60), 6);
  });

  test("CASC-1 totals are without decay, clamp and sign of others", () => {
    const displacement = fresh();
    displacement.add(0, 7, -5);
    displacement.add(1000 * HALF_LIFE, 7, -6);
    displacement.add(1000 * HALF_LIFE, 7, 1);
    displacement.add(0 + 1000 * HALF_LIFE, 9, 4);
    displacement.step(2000 * HALF_LIFE, SECOND, 1000, 2000);
    expect([displacement.totalTicks(7), displacement.totalTicks(9), displacement.totalTicks(8)]).toEqual([-10, 4, 0]);
  });

  test("CASC-2 the strongest in a direction; those the other way do not count", () => {
    const displacement = fresh();
    displacement.add(0, 1, -10);
    displacement.add(0, 2, 30);
    displacement.add(0, 3, -20);
    displacement.step(0, 0, 1000, 2000);
    expect([displacement.strongest(-1), displacement.strongest(1)]).toEqual([3, 2]);
    const up = fresh();
    up.add(0, 4, 5);
    up.step(0, 0, 1000, 2000);
    expect([up.strongest(-1), up.strongest(1)]).toEqual([-1, 4]);
  });

  test("CASC-2 a tie goes to the latest, and among those of one instant to the lowest number", () => {
    const same = fresh();
    for (const liquidation of [5, 4, 6]) same.add(10, liquidation, -8);
    same.step(20, 10, 1000, 900);
    expect(same.strongest(-1)).toBe(4);
    const later = fresh();
    later.add(0, 1, -16);
    later.add(0, 2, -16);
    later.add(HALF_LIFE, 3, -8);
    later.add(HALF_LIFE, 4, -8);
    later.step(HALF_LIFE, 1, 1000, 900);
    expect(later.strongest(-1)).toBe(3);
  });

  test("CASC-2 what moves the mid after a mark is no cause of what fails at that mark", () => {
    const displacement = fresh();
    displacement.add(0, 1, -2);
    displacement.step(SECOND, SECOND, 1000, 900);
    // At the same mark another liquidation triggers and trades before the next scope is judged.
    displacement.add(SECOND, 2, -50);
    expect(displacement.strongest(-1)).toBe(1);
    displacement.step(2 * SECOND, SECOND, 1000, 900);
    expect(displacement.strongest(-1)).toBe(2);
  });

  test("CASC-1 after thousands of half-lives the old is gone and the new is exact", () => {
    const displacement = fresh();
    let timeUs = 0;
    for (let gap = 1; gap <= 60; gap++) {
      displacement.add(timeUs, gap, -32);
      expect(displacement.step(timeUs, 0, 1000, 900)).toBeCloseTo(-32, 6);
      expect(displacement.strongest(-1)).toBe(gap);
      timeUs += 50 * gap * HALF_LIFE;
      expect(displacement.step(timeUs, 0, 1000, 900)).toBeCloseTo(0, 9);
    }
    expect(timeUs / HALF_LIFE).toBeGreaterThan(90_000);
  });

  test("CASC-1 a steady stream over 5,000 half-lives keeps its level", () => {
    const displacement = fresh();
    // One tick ten times a half-life tends to 1 / (1 − 2^(−1/10)).
    const level = -1 / (1 - 2 ** -0.1);
    for (let step = 0; step < 50_000; step++) {
      const timeUs = (step * HALF_LIFE) / 10;
      displacement.add(timeUs, step % 50, -1);
      const displaced = displacement.step(timeUs, HALF_LIFE / 10, 1000, 900);
      if (step > 500 && Math.abs(displaced - level) > 0.05) expect.fail(`step ${step}: ${displaced}, expected ${level}`);
    }
  });

  test("CASC-1 agrees with a reference that keeps every share with its own time", () => {
    const action = fc.record({
      waitUs: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 0, max: 2 * HALF_LIFE }) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 500 * HALF_LIFE }) },
      ),
      liquidation: fc.integer({ min: 0, max: 6 }),
      moved: fc.oneof(fc.integer({ min: -400, max: 100 }), fc.constant(0)).map((halves) => halves / 2),
      mid: fc.oneof(
        { weight: 3, arbitrary: fc.integer({ min: 600, max: 1000 }) },
        { weight: 1, arbitrary: fc.integer({ min: 1000, max: 1200 }) },
      ),
    });
    let [clamps, ranked] = [0, 0];
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 40 }), fc.constantFrom(600 * SECOND, NEVER), (actions, slowAverageUs) => {
        const displacement = new Displacement(HALF_LIFE, slowAverageUs, 0);
        const reference = new ReferenceDisplacement(HALF_LIFE, slowAverageUs);
        let [timeUs, steppedUs] = [0, 0];
        for (const { waitUs, liquidation, moved, mid } of actions) {
          timeUs += waitUs;
          displacement.add(timeUs, liquidation, moved);
          if (moved !== 0) reference.add(timeUs, liquidation, moved);
          const raw = reference.sumTicks(timeUs);
          // Where shares cancel out, the sign of what is left, and so the clamp, is a matter of the last bit.
          if (raw !== 0 && Math.abs(raw) < 0.02) return;
          const expected = reference.step(timeUs, timeUs - steppedUs, 1000, mid);
          const got = displacement.step(timeUs, timeUs - steppedUs, 1000, mid);
          steppedUs = timeUs;
          // Shares below a thousandth of a tick may have been forgotten: seven of them at most, at each step.
          expect(Math.abs(got - expected)).toBeLessThan(0.05);
          if (Math.abs(raw - expected) > 1) clamps += 1;
          for (const direction of [-1, 1] as const) {
            const [best, second] = reference.ranking(timeUs, direction);
            if (best === undefined || best.ticks - (second?.ticks ?? 0) < 0.1) continue;
            ranked += 1;
            expect(displacement.strongest(direction)).toBe(best.liquidation);
          }
        }
      }),
      { numRuns: 500 },
    );
    expect(clamps).toBeGreaterThan(100);
    expect(ranked).toBeGreaterThan(1000);
  });
});
