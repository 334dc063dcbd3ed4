import fc from "fast-check";
import { expect, test } from "vitest";
import { BucketSet } from "../../../sim/kernel/bucket-set.ts";

const SIZES = [32, 1024, 2 ** 15, 2 ** 16, 2 ** 21];

test.each(SIZES)("TIME-1 the next of %i buckets is the one a walk around the ring finds", (size) => {
  const bucket = fc.integer({ min: 0, max: size - 1 });
  const command = fc.tuple(fc.constantFrom("add", "remove", "find"), fc.oneof(bucket, fc.constantFrom(0, 31, size - 32, size - 1)));
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const set = new BucketSet();
      const members = new Set<number>();
      set.reset(size);
      for (const [operation, place] of commands) {
        if (operation === "add") {
          set.add(place);
          members.add(place);
        } else if (operation === "remove" && members.delete(place)) set.remove(place);
        else if (members.size > 0) {
          const sorted = [...members].sort((a, b) => a - b);
          expect(set.nextFrom(place)).toBe(sorted.find((member) => member >= place) ?? sorted[0]);
        }
      }
      set.reset(size);
      set.add(size - 1);
      expect(set.nextFrom(0)).toBe(size - 1);
    }),
  );
});
