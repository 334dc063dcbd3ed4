import fc from "fast-check";
import { expect, test } from "vitest";
import { Published } from "../../../sim/market/published.ts";

const MEMORY_US = 500;

test("TIME-1 TIME-4 what was published some time ago is what a list of everything says, restored from its state too", () => {
  const prices = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 2 }));
  const step = fc.record({ afterUs: fc.nat({ max: 60 }), prices, askedUs: fc.nat({ max: MEMORY_US }), restores: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 900, size: "max" }), (steps) => {
      let published = new Published(MEMORY_US);
      const all: (readonly [timeUs: number, index: number, last: number])[] = [];
      let timeUs = 10;
      for (const { afterUs, prices, askedUs, restores } of steps) {
        timeUs += afterUs;
        const [index, last] = prices;
        published.note(timeUs, index, 5, 0, 7, last);
        all.push([timeUs, index, last]);
        if (restores) {
          const copy = new Published(MEMORY_US);
          copy.restore(published.state());
          published = copy;
        }
        const expected = all.findLast(([noted]) => noted <= timeUs - askedUs);
        const at = published.at(timeUs - askedUs);
        const found = at < 0 ? undefined : [...published.records.slice(at + 1, at + 6)];
        expect(found).toEqual(expected && [expected[1], 5, 0, 7, expected[2]]);
      }
      // What nobody looks back to is forgotten.
      expect(published.state().records.length / 6).toBeLessThanOrEqual(
        2 + new Set(all.map(([noted]) => noted).filter((noted) => noted > timeUs - 2 * MEMORY_US)).size,
      );
    }),
    { numRuns: 100 },
  );
});
