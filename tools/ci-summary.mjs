/**
 * The closing line of `.ci/run`: sums what vitest counted.
 *
 *   node tools/ci-summary.mjs RESULTS.json:EXIT-CODE …
 *
 * RESULTS.json is vitest's, or missing when a step ended before the tests (a type error, a
 * lint finding); EXIT-CODE is that step's. Exits with 1 when anything failed.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Passed, failed and skipped of one step. A step that failed otherwise than by a test counts as one failure. */
export function countStep(results, exitCode) {
  const counts = { passed: results?.numPassedTests ?? 0, failed: results?.numFailedTests ?? 0, skipped: 0 };
  counts.skipped = (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);
  const brokenFiles = (results?.testResults ?? []).filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  counts.failed += brokenFiles.length;
  if (counts.failed === 0 && (exitCode !== 0 || results === null)) counts.failed = 1;
  return counts;
}

/** `N passed, N failed`, and `, N skipped` when there are any. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const step of process.argv.slice(2)) {
    const colon = step.lastIndexOf(":");
    const counts = countStep(readResults(step.slice(0, colon)), Number(step.slice(colon + 1)));
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  console.log(closingLine(total));
  process.exitCode = total.failed === 0 ? 0 : 1;
}

function readResults(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
}
