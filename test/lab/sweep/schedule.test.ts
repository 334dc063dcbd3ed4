/** Which runs of a sweep are done, and which count, in whatever order they end. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ResolvedScenario } from "../../../data/scenario/scenario-schema.ts";
import type { PreparedPlan } from "../../../lab/plan/prepare.ts";
import { SequentialStopping } from "../../../lab/statistics/sequential-stopping.ts";
import { RunSchedule, type ScheduledRun } from "../../../lab/sweep/schedule.ts";

const NOTHING = {} as ResolvedScenario;

/** A plan of so many settings, as far as a schedule looks at it. */
function planOf(
  settings: number,
  replications: number,
  stopping?: { readonly halfWidth: { absolute: number }; readonly most: number },
): PreparedPlan {
  const each = stopping?.most ?? replications;
  const rule = stopping === undefined ? {} : { stopping: { ...stopping, metric: "trades", confidence: 0.95 } };
  return {
    plan: { replications, ...rule },
    settings: Array.from({ length: settings }, () => []),
    runs: Array.from({ length: settings * each }, (_, run) => ({
      run,
      setting: Math.floor(run / each),
      replication: run % each,
      seed: run,
    })),
  } as unknown as PreparedPlan;
}

interface Case {
  readonly prepared: PreparedPlan;
  readonly hashes: readonly string[];
  readonly valueOf: (hash: string) => number | null;
  readonly finished?: ReadonlySet<string>;
  /** Runs under way at a time, and which of them ends next. */
  readonly lanes: number;
  readonly pick: (underWay: number) => number;
}

/** Does all runs of a schedule, several at a time, ending in any order. */
async function done({
  prepared,
  hashes,
  valueOf,
  finished = new Set(),
  lanes,
  pick,
}: Case): Promise<{ schedule: RunSchedule; begun: string[] }> {
  const scenarioOf = async () => NOTHING;
  const schedule = new RunSchedule({ prepared, hashes, finished, scenarioOf, measure: async (hash) => valueOf(hash) });
  const begun: string[] = [];
  const underWay: ScheduledRun[] = [];
  for (;;) {
    while (underWay.length < lanes) {
      const next = await schedule.next();
      if (next === null) break;
      begun.push(next.hash);
      underWay.push(next);
    }
    expect(schedule.underWay).toBe(underWay.length);
    if (underWay.length === 0) return { schedule, begun };
    const [ended] = underWay.splice(pick(underWay.length), 1);
    await schedule.finished((ended as ScheduledRun).hash);
  }
}

const ends = fc.infiniteStream(fc.nat(1000)).map((stream) => (underWay: number) => (stream.next().value as number) % underWay);

describe("a schedule without a stopping rule", () => {
  test("has every different run once, but those that were done", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 40 }),
        fc.uniqueArray(fc.nat(20)),
        fc.integer({ min: 1, max: 5 }),
        ends,
        async (names, before, lanes, pick) => {
          const hashes = names.map(String);
          const finished = new Set(before.map(String));
          const prepared = planOf(1, names.length);
          const { schedule, begun } = await done({ prepared, hashes, valueOf: () => 0, finished, lanes, pick });
          expect(begun).toEqual([...new Set(hashes)].filter((hash) => !finished.has(hash)));
          expect(schedule.counted()).toEqual(prepared.runs);
          expect(schedule.left).toBe(0);
        },
      ),
    );
  });
});

describe("a schedule with a stopping rule", () => {
  test("counts the runs that the rule judged one after the other would, whatever lanes, order of ends, kills and equal settings", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 6 }) }, { weight: 1, arbitrary: fc.constant(null) }), {
          minLength: 30,
          maxLength: 30,
        }),
        fc.integer({ min: 2, max: 30 }),
        fc.integer({ min: 1, max: 12 }),
        fc.uniqueArray(fc.nat(119)),
        fc.boolean(),
        ends,
        async (settings, luck, most, lanes, before, isSame, pick) => {
          const prepared = planOf(settings, 1, { halfWidth: { absolute: 0.8 }, most });
          const hashes = prepared.runs.map(({ setting, replication }) => `${isSame ? setting % 2 : setting} ${replication}`);
          const valueOf = (hash: string) => {
            const [setting, replication] = hash.split(" ").map(Number) as [number, number];
            const value = luck[(replication + 7 * setting) % luck.length] as number | null;
            return value === null ? null : value * (1 + setting);
          };
          const finished = new Set(before.flatMap((place) => hashes[place] ?? []));
          const { schedule, begun } = await done({ prepared, hashes, valueOf, finished, lanes, pick });
          const expected = Array.from({ length: settings }, (_, setting) => {
            const stopping = new SequentialStopping({ halfWidth: { absolute: 0.8 }, most, least: Math.min(10, most) });
            for (let replication = 0; stopping.state().status === "running"; replication++)
              stopping.add(replication, valueOf(hashes[setting * most + replication] as string));
            return stopping.state();
          });
          expect(schedule.states()).toEqual(expected);
          expect(schedule.counted().map(({ run }) => run)).toEqual(
            prepared.runs.filter(({ setting, replication }) => replication < (expected[setting]?.replications ?? 0)).map(({ run }) => run),
          );
          expect(new Set(begun).size).toBe(begun.length);
          expect(begun.some((hash) => finished.has(hash))).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("begins few runs that do not count", async () => {
    const prepared = planOf(1, 1, { halfWidth: { absolute: 1 }, most: 1000 });
    const hashes = prepared.runs.map(({ run }) => String(run));
    const { schedule, begun } = await done({ prepared, hashes, valueOf: (hash) => Number(hash) % 2, lanes: 500, pick: () => 0 });
    expect(schedule.counted().length).toBe(10);
    expect(begun.length).toBeLessThanOrEqual(10 + 8);
  });

  test("tells what could not be done, and ends", async () => {
    const prepared = planOf(1, 1, { halfWidth: { absolute: 1 }, most: 3 });
    const schedule = new RunSchedule({
      prepared,
      hashes: ["a", "b", "c"],
      finished: new Set(),
      scenarioOf: async () => NOTHING,
      measure: async () => 1,
    });
    for (let next = await schedule.next(); next !== null; next = await schedule.next()) schedule.failed(next, "no space left");
    expect(schedule.problems).toEqual(["run 0, seed 0: no space left", "run 1, seed 1: no space left", "run 2, seed 2: no space left"]);
  });
});
