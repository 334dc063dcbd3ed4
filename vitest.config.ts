import { defineConfig } from "vitest/config";

/** Where the counts of a run are kept for `.ci/run`; unset on a person's machine. */
const resultsFile = process.env["BREAKWATER_TEST_RESULTS"];

/**
 * `npm test` runs `*.test.ts` in seconds to a few minutes; `--mode full` (`npm run test:full`)
 * runs only `*.full.test.ts`: what needs servers, a browser kernel, the packed package or time.
 */
export default defineConfig(({ mode }) => {
  const full = mode === "full";
  return {
    test: {
      include: full ? ["test/**/*.full.test.ts"] : ["test/**/*.test.ts"],
      setupFiles: ["test/setup.ts"],
      exclude: ["**/node_modules/**", "dist/**", "out/**", ...(full ? [] : ["test/**/*.full.test.ts"])],
      testTimeout: full ? 600_000 : 180_000,
      hookTimeout: full ? 600_000 : 180_000,
      reporters: resultsFile === undefined ? ["default"] : ["default", "json"],
      ...(resultsFile === undefined ? {} : { outputFile: { json: resultsFile } }),
      coverage: {
        provider: "v8",
        include: [
          "index.ts",
          "sim/**/*.ts",
          "agents/**/*.ts",
          "data/**/*.ts",
          "lab/**/*.ts",
          "reports/**/*.ts",
          "api/**/*.ts",
          "cli/**/*.ts",
        ],
        reporter: ["text-summary", "html", "json-summary"],
        reportsDirectory: "coverage",
      },
    },
  };
});
