import { expect, test } from "vitest";
import { benchPipeline } from "../../bench/pipeline.ts";

test("TIME-3 the pipeline benchmark plays the same messages to the same digest, whatever it measures", () => {
  const play = () => benchPipeline([50, 500], 2_000, 1).sizes.map(({ accounts, trades, digest }) => ({ accounts, trades, digest }));
  const first = play();
  expect(play()).toEqual(first);
  expect(first.map(({ accounts }) => accounts)).toEqual([50, 500]);
  for (const { trades } of first) expect(trades).toBeGreaterThan(400);
  expect(first[0]?.digest).not.toBe(first[1]?.digest);
});
