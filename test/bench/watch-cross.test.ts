import { expect, test } from "vitest";
import { benchWatchCross } from "../../bench/watch-cross.ts";

test("LIQ-1 benchmark watch-cross: set and order of who fails equal the walk over all at every tick of the crash", () => {
  const run = (verify: boolean) => benchWatchCross(1_500, 60, 0.3, verify, 0.3, 0.1, 2);
  const [verified, plain] = [run(true), run(false)];
  expect(verified).toMatchObject({ accounts: 1_500, verified: true });
  expect(plain).toMatchObject({ verified: null, liquidations: verified.liquidations, digest: verified.digest });
  expect(plain.liquidations).toBeGreaterThan(300);
  expect(plain.nsPerTick.median).toBeGreaterThan(0);
  // Far fewer than everybody at every tick.
  expect(plain.lookedPerLiquidation * plain.liquidations).toBeLessThan((1_500 * 60) / 3);
});
