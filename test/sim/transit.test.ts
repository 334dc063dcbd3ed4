import fc from "fast-check";
import { expect, test } from "vitest";
import { Transit } from "../../sim/transit.ts";

const WIDTH = 3;

test("TIME-1 TIME-4 what is on its way arrives as it was sent, in any order, restored from its state too", () => {
  const step = fc.record({ sends: fc.boolean(), pick: fc.nat(), restores: fc.nat({ max: 20 }).map((draw) => draw === 0) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 2_000, size: "max" }), (steps) => {
      let transit = new Transit(WIDTH);
      const sent = new Map<number, readonly number[]>();
      let count = 0;
      for (const { sends, pick, restores } of steps) {
        if (restores) {
          const copy = new Transit(WIDTH);
          copy.restore(transit.state());
          transit = copy;
        }
        if (sends || sent.size === 0) {
          const slot = transit.put();
          expect(sent.has(slot)).toBe(false);
          count += 1;
          const row = [count, -count, count / 2];
          transit.rows.set(row, WIDTH * slot);
          sent.set(slot, row);
        } else {
          const slot = [...sent.keys()][pick % sent.size] as number;
          expect([...transit.rows.slice(WIDTH * slot, WIDTH * slot + WIDTH)]).toEqual(sent.get(slot));
          transit.take(slot);
          sent.delete(slot);
        }
      }
    }),
    { numRuns: 100 },
  );
});
