import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { saltelliDesign } from "../../../lab/design/saltelli.ts";

describe("Saltelli design", () => {
  test("two factors, one base point: A, A with each column of B, B", () => {
    expect(saltelliDesign([[0.1, 0.2, 0.8, 0.9]])).toEqual([
      [0.1, 0.2],
      [0.8, 0.2],
      [0.1, 0.9],
      [0.8, 0.9],
    ]);
  });

  test("k + 2 points per base point, and the first base points have the same design alone", () => {
    const coordinate = fc.double({ min: 0, max: 1, noNaN: true });
    const cases = fc.integer({ min: 1, max: 6 }).chain((factors) => {
      return fc.array(fc.array(coordinate, { minLength: 2 * factors, maxLength: 2 * factors }), { minLength: 1, maxLength: 8 });
    });
    fc.assert(
      fc.property(cases, (base) => {
        const factors = (base[0] as number[]).length / 2;
        const design = saltelliDesign(base);
        expect(design.length).toBe(base.length * (factors + 2));
        expect(saltelliDesign(base.slice(0, 1))).toEqual(design.slice(0, factors + 2));
      }),
    );
    expect(saltelliDesign([])).toEqual([]);
  });

  test.each([
    [[[0.1, 0.2, 0.3]], "Cannot make a Saltelli design: base point 0 has 3 coordinates: not two per factor"],
    [[[]], "Cannot make a Saltelli design: base point 0 has 0 coordinates: not two per factor"],
    [[[0.1, 0.2], [0.1]], "Cannot make a Saltelli design: base point 1 has 1 coordinates, point 0 has 2"],
    [[[0.1, 1.2]], "Cannot make a Saltelli design: base point 0 has the coordinate 1.2: not from 0 to 1"],
    [[[Number.NaN, 0.2]], "Cannot make a Saltelli design: base point 0 has the coordinate NaN: not from 0 to 1"],
  ])("refuses %j", (base, message) => {
    expect(() => saltelliDesign(base)).toThrow(new RangeError(message));
  });
});
