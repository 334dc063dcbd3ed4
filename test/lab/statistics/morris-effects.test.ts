import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { morrisDesign } from "../../../lab/design/morris.ts";
import type { Interval } from "../../../lab/statistics/interval.ts";
import { type MorrisFactor, morrisEffects } from "../../../lab/statistics/morris-effects.ts";

const OPTIONS = { seed: 1, name: "test", resamples: 200 };

function effectsOf(model: (point: readonly number[]) => number, factors: number, trajectories: number, levels = 4): MorrisFactor[] {
  const design = morrisDesign({ factors, trajectories, levels, seed: 5 });
  return morrisEffects(design, design.flat().map(model), OPTIONS);
}

describe("Morris's elementary effects", () => {
  test("a linear function: its coefficients, without spread", () => {
    const coefficients = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(coefficients, fc.constantFrom(2, 4, 6, 10), (coefficients, levels) => {
        const model = (point: readonly number[]) => coefficients.reduce((sum, each, factor) => sum + each * (point[factor] as number), 7);
        effectsOf(model, coefficients.length, 6, levels).forEach((effect, factor) => {
          const coefficient = coefficients[factor] as number;
          expect(effect.mu).toBeCloseTo(coefficient, 9);
          expect(effect.muStar.value).toBeCloseTo(Math.abs(coefficient), 9);
          expect(effect.sigma).toBeCloseTo(0, 9);
          expect((effect.muStar.interval as Interval).high).toBeCloseTo(Math.abs(coefficient), 9);
        });
      }),
      { numRuns: 40 },
    );
  });

  test("fewer than six trajectories have no interval: their range holds the middle less often than 95 %", () => {
    const squared = (point: readonly number[]) => point.reduce((sum, x) => sum + x * x, 0);
    expect(effectsOf(squared, 2, 5, 4).map(({ muStar }) => muStar.interval)).toEqual([null, null]);
    for (const { muStar } of effectsOf(squared, 2, 6, 4)) expect(muStar.interval).not.toBeNull();
  });

  // With four levels the step is 2/3, and x² has the effects 2/3 (between 0 and 2/3) and 4/3 (between 1/3 and 1), equally often.
  // x y has the effects 0, 1/3, 2/3 and 1, the other factor's level; (x − ½)² has ∓1/3.
  test("squares and products: means and deviations known exactly", () => {
    const model = ([x, y, z, centred]: readonly number[]) =>
      (x as number) ** 2 + (y as number) * (z as number) + ((centred as number) - 0.5) ** 2;
    const effects = effectsOf(model, 5, 4000);
    const [square, left, right, hollow, idle] = effects as [MorrisFactor, MorrisFactor, MorrisFactor, MorrisFactor, MorrisFactor];
    expect(square.mu).toBeCloseTo(1, 1);
    expect(square.sigma).toBeCloseTo(1 / 3, 2);
    for (const factor of [left, right]) {
      expect(factor.mu).toBeCloseTo(1 / 2, 1);
      expect(factor.sigma).toBeCloseTo(Math.sqrt(5) / 6, 1);
      expect((factor.muStar.interval as Interval).low).toBeLessThan(1 / 2);
      expect((factor.muStar.interval as Interval).high).toBeGreaterThan(1 / 2);
    }
    // What mu* is for: effects of either sign cancel in mu.
    expect(hollow.mu).toBeCloseTo(0, 1);
    expect(hollow.muStar.value).toBeCloseTo(1 / 3, 6);
    expect(idle).toEqual({ mu: 0, muStar: { value: 0, interval: { low: 0, high: 0 } }, sigma: 0 });
  });

  test("TIME-2: the same seed and name give the same intervals, another name others", () => {
    const design = morrisDesign({ factors: 3, trajectories: 8, seed: 5 });
    const values = design.flat().map(([x, y, z]) => (x as number) * (y as number) + (z as number) ** 3);
    expect(morrisEffects(design, values, OPTIONS)).toEqual(morrisEffects(design, values, OPTIONS));
    expect(morrisEffects(design, values, { ...OPTIONS, name: "other" })).not.toEqual(morrisEffects(design, values, OPTIONS));
  });

  const two = [
    [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
    [
      [0, 0],
      [0, 1],
      [1, 1],
    ],
  ];
  test.each([
    [two.slice(1), [1, 2, 3], "Cannot compute elementary effects: 1 trajectories, at least 2 are needed"],
    [two, [1, 2, 3], "Cannot compute elementary effects: 3 values for 6 points"],
    [two, [1, 2, 3, 4, 5, Number.NaN], "Cannot compute elementary effects: value 5 is NaN"],
    [
      [...two, two[0]?.slice(1)],
      [1, 2, 3, 4, 5, 6, 7, 8],
      "Cannot compute elementary effects: trajectory 2 has 2 points, not one more than 2 factors",
    ],
    [
      [
        two[0],
        [
          [0, 0],
          [1, 1],
          [1, 0],
        ],
      ],
      [1, 2, 3, 4, 5, 6],
      "Cannot compute elementary effects: trajectory 1 changes 2 factors in step 0, not one",
    ],
    [
      [
        two[0],
        [
          [0, 0],
          [1, 0],
          [0, 0],
        ],
      ],
      [1, 2, 3, 4, 5, 6],
      "Cannot compute elementary effects: trajectory 1 changes factor 0 twice",
    ],
    [
      [two[0], [[0, 0], [1], [0, 0]]],
      [1, 2, 3, 4, 5, 6],
      "Cannot compute elementary effects: trajectory 1 has a point of 1 coordinates, not of 2",
    ],
  ])("refuses what is no design: %#", (trajectories, values, message) => {
    expect(() => morrisEffects(trajectories as number[][][], values, OPTIONS)).toThrow(new RangeError(message));
  });
});

/** Sobol's g-function at the coefficients of the example in A. Saltelli et al., "Global Sensitivity Analysis: The Primer" (Wiley, 2008), section 3.6. */
const COEFFICIENTS = [78, 12, 0.5, 2, 97, 33];
const gFunction = (point: readonly number[]) =>
  COEFFICIENTS.reduce((product, a, factor) => (product * (Math.abs(4 * (point[factor] as number) - 2) + a)) / (1 + a), 1);

describe("Sobol's g-function, an example of the literature", () => {
  // The example's four trajectories, in thirds: where each starts, and its factors (from 1) in the order in which they step.
  const primer: readonly (readonly [start: readonly number[], order: readonly number[]])[] = [
    [
      [0, 2, 3, 0, 0, 1],
      [6, 2, 1, 4, 3, 5],
    ],
    [
      [0, 1, 1, 3, 3, 2],
      [2, 3, 1, 6, 5, 4],
    ],
    [
      [3, 2, 0, 2, 3, 0],
      [4, 1, 5, 2, 3, 6],
    ],
    [
      [3, 1, 2, 3, 0, 1],
      [6, 3, 4, 5, 2, 1],
    ],
  ];

  test("mu, mu* and sigma are those printed for its four trajectories, to their three decimals", () => {
    const trajectories = primer.map(([start, order]) => {
      const points = [[...start]];
      for (const factor of order) {
        const point = [...(points.at(-1) as number[])];
        point[factor - 1] = (point[factor - 1] as number) + ((point[factor - 1] as number) < 2 ? 2 : -2);
        points.push(point);
      }
      return points.map((point) => point.map((thirds) => thirds / 3));
    });
    const effects = morrisEffects(trajectories, trajectories.flat().map(gFunction), OPTIONS);
    const printed = {
      mu: [-0.006, -0.078, -0.13, -0.004, 0.012, -0.004],
      // The fifth is printed as 0.034, which its trajectories do not give.
      muStar: [0.056, 0.277, 1.76, 1.185, 0.035, 0.099],
      sigma: [0.064, 0.321, 2.049, 1.37, 0.041, 0.122],
    };
    for (const [factor, { mu, muStar, sigma }] of effects.entries()) {
      const near = (value: number, of: readonly number[]) =>
        expect(Math.abs(value - (of[factor] as number)), `factor ${factor + 1}: ${value}`).toBeLessThan(6e-4);
      near(mu, printed.mu);
      near(muStar.value, printed.muStar);
      near(sigma, printed.sigma);
    }
  });

  // On four levels |4 x − 2| is 2, 2/3, 2/3, 2, so that every effect of factor i is ±2 / (1 + a) times the other factors' product.
  test("on our own trajectories mu* and sigma come to what follows from the grid, within four standard errors", () => {
    const trajectories = 4000;
    const moment = (a: number, power: number) => ((2 + a) ** power + (2 / 3 + a) ** power) / 2 / (1 + a) ** power;
    effectsOf(gFunction, COEFFICIENTS.length, trajectories).forEach(({ mu, muStar, sigma }, factor) => {
      const own = 2 / (1 + (COEFFICIENTS[factor] as number));
      const others = COEFFICIENTS.filter((_, other) => other !== factor);
      const size = own * others.reduce((product, a) => product * moment(a, 1), 1);
      const square = own ** 2 * others.reduce((product, a) => product * moment(a, 2), 1);
      const fourth = own ** 4 * others.reduce((product, a) => product * moment(a, 4), 1);
      const within = (value: number, expected: number, variance: number) =>
        expect(Math.abs(value - expected), `factor ${factor + 1}`).toBeLessThan(4 * Math.sqrt(variance / trajectories));
      within(mu, 0, square);
      within(muStar.value, size, square - size ** 2);
      within(sigma ** 2, square, fourth - square ** 2);
    });
  });
});
