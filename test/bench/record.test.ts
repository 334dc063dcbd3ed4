import { expect, test } from "vitest";
import { benchRecord } from "../../bench/record.ts";

test("benchmark record: small enough for the tests, it measures, compares with the pipeline and says the same twice", () => {
  const [one, two] = [benchRecord(3_000, 1), benchRecord(3_000, 1)];
  expect(one.digest).toBe(two.digest);
  expect(one.tradesPerMessage).toBeGreaterThan(0.05);
  expect(one.nsPerMessage.median).toBeGreaterThan(0);
  expect(one.partOfPipeline).toBeCloseTo(one.nsPerMessage.median / one.pipelineNsPerMessage.median, 10);
});
