import { expect, test } from "vitest";
import { benchWatch } from "../../bench/watch.ts";

test("LIQ-1 benchmark watch: set and order of who fails equal the walk over all at every tick of the crash", () => {
  const [verified, plain] = [benchWatch(4_000, 60, 0.3, true), benchWatch(4_000, 60, 0.3, false)];
  expect(verified).toMatchObject({ accounts: 4_000, verified: true });
  expect(plain).toMatchObject({ verified: null, liquidations: verified.liquidations, digest: verified.digest });
  expect(plain.liquidations).toBeGreaterThan(1_000);
  expect(plain.nsPerTick.median).toBeGreaterThan(0);
});
