import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { node } from "../checkout.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ci-summary-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const passing = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };

test("the counts of both steps are summed, and all passed is code 0", async () => {
  const ended = await summarise([passing, 0], [{ ...passing, numPassedTests: 3 }, 0]);
  expect(ended).toEqual({ line: "10 passed, 0 failed\n", exitCode: 0 });
});

test("skipped tests are told", async () => {
  expect((await summarise([{ ...passing, numPendingTests: 2, numTodoTests: 1 }, 0])).line).toBe("7 passed, 0 failed, 3 skipped\n");
});

test("a failed test is code 1, counted once", async () => {
  expect(await summarise([{ ...passing, numFailedTests: 2 }, 1])).toEqual({ line: "7 passed, 2 failed\n", exitCode: 1 });
});

test("a step that ended before its tests is a failure", async () => {
  expect(await summarise([null, 2], [passing, 0])).toEqual({ line: "7 passed, 1 failed\n", exitCode: 1 });
});

test("a step without results is a failure, even when its code is 0", async () => {
  expect(await summarise([null, 0])).toEqual({ line: "0 passed, 1 failed\n", exitCode: 1 });
});

test("a test file that does not even load is a failure", async () => {
  const broken = { ...passing, testResults: [{ status: "failed", assertionResults: [] }] };
  expect(await summarise([broken, 1])).toEqual({ line: "7 passed, 1 failed\n", exitCode: 1 });
});

test("an error outside of any test is a failure", async () => {
  expect(await summarise([passing, 1])).toEqual({ line: "7 passed, 1 failed\n", exitCode: 1 });
});

let count = 0;
async function summarise(
  ...steps: (readonly [results: object | null, exitCode: number])[]
): Promise<{ line: string; exitCode: number | null }> {
  const words: string[] = [];
  for (const [results, exitCode] of steps) {
    const file = join(folder, `${count++}.json`);
    if (results !== null) await writeFile(file, JSON.stringify(results));
    words.push(`${file}:${exitCode}`);
  }
  const ended = await node(["tools/ci-summary.mjs", ...words]);
  return { line: ended.stdout, exitCode: ended.exitCode };
}
