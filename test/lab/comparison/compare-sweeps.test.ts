import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mean, sampleVariance } from "simple-statistics";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareSweeps } from "../../../lab/comparison/compare-sweeps.ts";
import { exceedanceOf } from "../../../lab/comparison/exceedance.ts";
import { type FixtureRun, runsOf, writeSweepFixture } from "./sweep-fixture.ts";

let top = "";
const at = (name: string) => join(top, name);
const FACTOR = "venue.fees.liquidation";
const FIRST = [10, 14, 9, 22, 17, 31, 28, 40];
const SECOND = [13, 16, 13, 23, 21, 30, 33, 44];

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "compare-sweeps-"));
  const values = ["0.001", "0.002"];
  const figures = (all: readonly number[]) => (place: number) => all[place] as number;
  await writeSweepFixture(at("one"), { factor: FACTOR, values, runs: runsOf(2, 4, (place) => place % 4, figures(FIRST)) });
  await writeSweepFixture(at("paired"), {
    ...{ factor: FACTOR, values: ["0.002", "0.003"], scenario: { extra: 1 } },
    runs: runsOf(2, 4, (place) => place % 4, figures([...SECOND.slice(4), 1, 2, 3, 4])),
  });
  await writeSweepFixture(at("apart"), { factor: FACTOR, values, runs: runsOf(2, 4, (place) => 100 + place, figures(SECOND)) });
  await writeSweepFixture(at("other"), { factor: "venue.fees.taker", values, runs: runsOf(2, 4, (place) => place, figures(SECOND)) });
  const failed = runsOf(2, 4, (place) => place % 4, figures(SECOND)).map(
    (run): FixtureRun => (run.replication === 1 || run.setting === 1 ? { ...run, drawdown: null } : run),
  );
  await writeSweepFixture(at("failed"), { factor: FACTOR, values, runs: failed });
});
afterAll(() => rm(top, { recursive: true, force: true }));

describe("two sweeps beside each other", () => {
  test("settings with the same values are compared, pair by pair where runs share their seeds", async () => {
    const comparison = await compareSweeps(at("one"), at("paired"));
    expect(comparison).toMatchObject({ kind: "sweep-comparison", same: false, factors: [FACTOR], onlyFirst: [0], onlySecond: [1] });
    expect(comparison.scenario).toEqual([{ path: "extra", second: 1 }]);
    expect(comparison.settings).toHaveLength(1);
    const [setting] = comparison.settings;
    expect(setting).toMatchObject({ values: ["0.002"], first: 1, second: 0 });
    // By hand: differences 4, −1, 5, 4 with mean 3; t(3; 0.975) = 3.182446.
    const differences = FIRST.slice(4).map((value, place) => (SECOND[4 + place] as number) - value);
    const deviation = Math.sqrt(sampleVariance(differences));
    const difference = setting?.metrics[0]?.difference;
    expect(difference).toMatchObject({ method: "paired", pairs: 4, value: 3 });
    expect(difference?.standardError).toBeCloseTo(deviation / 2, 12);
    expect(difference?.interval?.high).toBeCloseTo(3 + (3.182446 * deviation) / 2, 5);
    const independent = sampleVariance(FIRST.slice(4)) + sampleVariance(SECOND.slice(4));
    expect(difference?.varianceReduction).toBeCloseTo(1 - sampleVariance(differences) / independent, 12);
    expect(comparison.notes).toEqual([
      "Compared are the settings that both have: 1 of 2 and 2.",
      "The sweeps share seeds: differences are between runs with the same seed, pair by pair.",
    ]);
  });

  test("without shared seeds they are two independent samples", async () => {
    const comparison = await compareSweeps(at("one"), at("apart"));
    const difference = comparison.settings[0]?.metrics[0]?.difference;
    const [first, second] = [FIRST.slice(0, 4), SECOND.slice(0, 4)];
    expect(difference).toMatchObject({ method: "independent", pairs: null, varianceReduction: null });
    expect(difference?.value).toBeCloseTo(mean(second) - mean(first), 12);
    expect(difference?.standardError).toBeCloseTo(Math.sqrt((sampleVariance(first) + sampleVariance(second)) / 4), 12);
    expect(comparison.notes).toEqual(["The sweeps share no seeds: differences are of two independent samples, with intervals by Welch."]);
  });

  test("a run that failed is left out with its partner, and a setting of which all failed has no difference", async () => {
    const comparison = await compareSweeps(at("one"), at("failed"));
    expect(comparison.second.failed).toBe(5);
    expect(comparison.settings[0]?.metrics[0]).toMatchObject({
      first: { runs: 4 },
      second: { runs: 3 },
      difference: { pairs: 3, method: "paired" },
    });
    expect(comparison.settings[1]?.metrics[0]).toMatchObject({ second: null, difference: null });
  });

  test("other factors have no setting in common; a sweep is the same as itself", async () => {
    const comparison = await compareSweeps(at("one"), at("other"));
    expect(comparison.settings).toEqual([]);
    expect(comparison.notes).toEqual([
      `The factors are ${FACTOR} and venue.fees.taker: no setting of one can be held against one of the other.`,
    ]);
    expect(comparison.exceedance[0]?.first).toHaveLength(8);
    const same = await compareSweeps(at("one"), at("one"));
    expect(same.same).toBe(true);
    expect(same.settings.map(({ metrics }) => metrics[0]?.difference?.value)).toEqual([0, 0]);
  });

  test("a sweep that is not done is refused", async () => {
    await writeSweepFixture(at("undone"), { factor: FACTOR, values: [1], runs: runsOf(1, 2, Number, Number) });
    await writeFile(join(at("undone"), "sweep.json"), JSON.stringify({ kind: "sweep", complete: false }));
    await expect(compareSweeps(at("one"), at("undone"))).rejects.toThrow(/undone: this sweep is not done/);
  });
});

describe("exceedance", () => {
  test("the share of values that are at least it, for each value once", () => {
    expect(exceedanceOf([3, 1, 2, 2])).toEqual([
      { value: 1, share: 1 },
      { value: 2, share: 0.75 },
      { value: 3, share: 0.25 },
    ]);
    expect(exceedanceOf([])).toEqual([]);
  });

  test("many values are thinned, the ends kept", () => {
    const points = exceedanceOf(Array.from({ length: 5_000 }, (_, place) => place));
    expect(points).toHaveLength(200);
    expect([points[0], points.at(-1)]).toEqual([
      { value: 0, share: 1 },
      { value: 4_999, share: 1 / 5_000 },
    ]);
  });
});
