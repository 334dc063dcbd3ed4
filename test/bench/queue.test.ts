import { expect, test } from "vitest";
import { benchQueue } from "../../bench/queue.ts";

test("TIME-1 the queue benchmark: all queues stand at the same time, and the digest repeats", () => {
  const [first, second] = [benchQueue(5_000, 1, [50, 2_000]), benchQueue(5_000, 1, [50, 2_000])];
  expect(first.figures.map(({ pending, agrees }) => [pending, agrees])).toEqual([
    [50, true],
    [2_000, true],
  ]);
  const digests = first.figures.map(({ digest }) => digest);
  expect(digests).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)]);
  expect(digests[0]).not.toBe(digests[1]);
  expect(second.figures.map(({ digest }) => digest)).toEqual(digests);
});
