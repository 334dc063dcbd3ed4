import { expect, test } from "vitest";
import { benchSweepReport } from "../../bench/sweep-report.ts";

test("benchmark sweep-report: small enough for the tests, it writes the report and says the same twice", async () => {
  const [one, two] = [await benchSweepReport(1, 2), await benchSweepReport(1, 2)];
  expect(one).toMatchObject({ settings: 20, runs: 40, sha256: two.sha256 });
  expect(one.seconds).toBeGreaterThan(0);
  expect(one.bytes).toBeLessThan(5_000_000);
});
