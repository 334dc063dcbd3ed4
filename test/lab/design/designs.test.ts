import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gridDesign } from "../../../lab/design/grid.ts";
import { latinHypercube } from "../../../lab/design/latin-hypercube.ts";
import { designSettings } from "../../../lab/design/settings.ts";
import { SOBOL_DIMENSIONS_MOST, sobolPoints } from "../../../lab/design/sobol.ts";
import { InputError } from "../../../sim/index.ts";

describe("a grid", () => {
  test("has every combination once, the last factor fastest", () => {
    expect(gridDesign([2, 3])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
    ]);
    expect(gridDesign([])).toEqual([[]]);
  });
});

describe("a Latin hypercube", () => {
  test("meets every stratum of every dimension once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5 }), fc.nat(), (points, dimensions, seed) => {
        const names = Array.from({ length: dimensions }, (_, dimension) => `d${dimension}`);
        const made = latinHypercube(names, points, seed);
        const every = Array.from({ length: points }, (_, stratum) => stratum);
        for (const dimension of names.keys()) {
          const strata = made.map((point) => Math.floor((point[dimension] as number) * points));
          expect(strata.sort((a, b) => a - b)).toEqual(every);
        }
      }),
    );
  });

  test("TIME-2 one factor more changes no other's column, another seed does", () => {
    const first = (points: number[][]) => points.map(([u]) => u);
    expect(first(latinHypercube(["a", "b"], 50, 3))).toEqual(first(latinHypercube(["a"], 50, 3)));
    expect(latinHypercube(["a"], 50, 4)).not.toEqual(latinHypercube(["a"], 50, 3));
  });
});

describe("a Sobol sequence", () => {
  test("begins as Joe and Kuo publish it", () => {
    expect(sobolPoints(3, 10)).toEqual([
      [0, 0, 0],
      [0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25],
      [0.25, 0.75, 0.75],
      [0.375, 0.375, 0.625],
      [0.875, 0.875, 0.125],
      [0.625, 0.125, 0.875],
      [0.125, 0.625, 0.375],
      [0.1875, 0.3125, 0.9375],
      [0.6875, 0.8125, 0.4375],
    ]);
  });

  test("every block of a power of two has one point in each stratum of every dimension", () => {
    const size = 256;
    const points = sobolPoints(SOBOL_DIMENSIONS_MOST, 2 * size);
    const every = Array.from({ length: size }, (_, stratum) => stratum);
    for (let dimension = 0; dimension < SOBOL_DIMENSIONS_MOST; dimension++) {
      for (const block of [points.slice(0, size), points.slice(size)]) {
        const strata = block.map((point) => Math.floor((point[dimension] as number) * size));
        expect(strata.sort((a, b) => a - b)).toEqual(every);
      }
    }
  });

  test("no two of its dimensions are the same", () => {
    const points = sobolPoints(SOBOL_DIMENSIONS_MOST, 64);
    const columns = Array.from({ length: SOBOL_DIMENSIONS_MOST }, (_, dimension) => points.map((point) => point[dimension]).join());
    expect(new Set(columns).size).toBe(SOBOL_DIMENSIONS_MOST);
  });
});

describe("the settings of a design", () => {
  const dimensions = [
    { name: "a", count: 4 },
    { name: "b", count: 2 },
  ];

  test("take each level as often as any other", () => {
    for (const kind of ["sobol", "latin-hypercube"] as const) {
      const settings = designSettings({ kind, settings: 8 }, dimensions, 1);
      expect(settings.map(([a]) => a).sort()).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
      expect(settings.map(([, b]) => b).sort()).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    }
  });

  test("a list goes through all factors together, and refuses lists that differ", () => {
    const same = dimensions.map(({ name }) => ({ name, count: 3 }));
    expect(designSettings({ kind: "list" }, same, 1)).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    expect(() => designSettings({ kind: "list" }, dimensions, 1)).toThrow(InputError);
    expect(() => designSettings({ kind: "list" }, dimensions, 1)).toThrow("factors.1: expected 4 values");
  });

  test("a grid of too many is refused before it is made", () => {
    const many = Array.from({ length: 10 }, (_, index) => ({ name: `${index}`, count: 100 }));
    expect(() => designSettings({ kind: "grid" }, many, 1)).toThrow("expected at most 65536 settings");
  });
});
