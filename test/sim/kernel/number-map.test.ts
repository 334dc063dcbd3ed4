import fc from "fast-check";
import { expect, test } from "vitest";
import { NumberMap } from "../../../sim/kernel/number-map.ts";

test("ORDER-2 a map in columns holds what an ordinary map holds, through growth and removals", () => {
  // Few homes for many keys: multiples of a large power of two stand one behind the other.
  const key = fc.oneof(
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 900 }).map((number) => number * 4096),
    fc.constantFrom(2 ** 53 - 1, 2 ** 40 + 7),
  );
  const change = fc.record({ key, value: fc.option(fc.maxSafeInteger()) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 1_200, size: "max" }), (changes) => {
      const [map, expected] = [new NumberMap(), new Map<number, number>()];
      for (const { key, value } of changes) {
        if (value === null) {
          map.delete(key);
          expected.delete(key);
        } else {
          map.set(key, value);
          expected.set(key, value);
        }
        expect(map.size).toBe(expected.size);
      }
      for (const { key } of changes) expect(map.get(key)).toBe(expected.get(key) ?? Number.NaN);
    }),
    { numRuns: 60 },
  );
});

test("what can be no key is not found, and taking it out changes nothing", () => {
  const map = new NumberMap();
  map.set(1024, 7);
  for (const key of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(map.get(key)).toBeNaN();
    map.delete(key);
    expect([map.size, map.get(1024)]).toEqual([1, 7]);
  }
});
