import { describe, expect, test } from "vitest";
import { AGENTS } from "../../agents/registry.ts";
import { venueJsonSchema } from "../../data/scenario/json-schema.ts";
import { resolveDocument } from "../../data/scenario/resolve.ts";
import { simulatedValues } from "../../data/scenario/simulated.ts";
import { registries } from "../../lab/registries.ts";
import { ConservationError } from "../../sim/index.ts";
import { AGENT_FIELDS } from "../../tools/swarm/crowd.ts";
import { Draw } from "../../tools/swarm/draw.ts";
import { RULES } from "../../tools/swarm/rules.ts";
import { runSeed, type SeedTally } from "../../tools/swarm/run-seed.ts";
import { drawScenario } from "../../tools/swarm/scenario.ts";
import { swarm } from "../../tools/swarm/swarm.ts";

const SEEDS = 300;

const resolve = (seed: number) =>
  resolveDocument({ file: `seed ${seed}`, place: "swarm.json", content: drawScenario(seed) }, [], registries, "run");

describe("the scenario of a seed", () => {
  test(`INST-6 UNIT-2: of ${SEEDS} seeds every one is valid, and can be run`, async () => {
    for (let seed = 0; seed < SEEDS; seed++) await expect(resolve(seed), `seed ${seed}`).resolves.toMatchObject({ seed });
  });

  test("TIME-2: depends on the seed alone", () => {
    for (let seed = 0; seed < 20; seed++) expect(drawScenario(seed)).toEqual(drawScenario(seed));
    expect(drawScenario(1)).not.toEqual({ ...drawScenario(2), seed: 1, name: "swarm-1" });
  });

  test("TIME-2: one choice more changes no other", () => {
    const draw = new Draw(7);
    const alone = draw.whole("a", 0, 1e9);
    draw.whole("b", 0, 1e9);
    expect(draw.whole("a", 0, 1e9)).toBe(alone);
    expect(new Draw(7).within("x").whole("a", 0, 1e9)).not.toBe(alone);
    expect(new Draw(8).whole("a", 0, 1e9)).not.toBe(alone);
  });
});

/** By dotted path, the words that a venue profile may have; of contracts apart. */
function wordsOf(schema: Record<string, unknown>, path: readonly string[] = []): [string, readonly unknown[]][] {
  if (Array.isArray(schema["enum"])) return [[path.join("."), schema["enum"]]];
  const properties = (schema["properties"] ?? {}) as Record<string, Record<string, unknown>>;
  return Object.entries(properties).flatMap(([name, inner]) => (name === "instruments" ? [] : wordsOf(inner, [...path, name])));
}

/** Rules whose simulated values do not stand in the list of the venue's rules. */
const ELSEWHERE: Readonly<Record<string, readonly unknown[]>> = { "adl.policy": registries.policies };

describe("what a swarm chooses among", () => {
  test("is every word of every rule that a run simulates", () => {
    const { anyOf } = venueJsonSchema(registries) as { anyOf: Record<string, unknown>[] };
    const words = wordsOf(anyOf[0] as Record<string, unknown>);
    expect(words.length).toBeGreaterThan(15);
    for (const [path, values] of words) {
      const simulated = ELSEWHERE[path] ?? simulatedValues(path) ?? values;
      expect(RULES[path], `tools/swarm/rules.ts: ${path}`).toEqual(expect.arrayContaining([...simulated]));
    }
  });

  test("is every kind of agent", () => {
    expect(Object.keys(AGENT_FIELDS).sort()).toEqual(Object.keys(AGENTS).sort());
  });
});

describe("the runs of some seeds", () => {
  test("CONS-1 CONS-2 CONS-3 TIME-3: pass every check, and between them go through the whole waterfall", async () => {
    const seen = {
      trades: 0,
      liquidations: 0,
      reduced: 0,
      cross: 0,
      offsets: 0,
      conversions: 0,
      vaulted: 0,
      adlEvents: 0,
      exhausted: 0,
      house: 0,
    };
    for (let seed = 1; seed <= 72; seed++) {
      const tally = await runSeed(seed, false);
      for (const part of Object.keys(seen) as (keyof typeof seen)[]) seen[part] += Number(tally[part]);
    }
    for (const [part, count] of Object.entries(seen)) expect(count, part).toBeGreaterThan(0);
  }, 300_000);

  test("a seed asked for is run twice and audited", async () => {
    expect(await runSeed(6, true)).toMatchObject({ rerun: true, audited: true });
    expect(await runSeed(6, false)).toMatchObject({ rerun: false, audited: false });
  });
});

describe("a swarm", () => {
  const tally: SeedTally = {
    ...{ events: 1_000, trades: 5, liquidations: 3, reduced: 1, cross: 1, offsets: 1, conversions: 2, vaulted: 1, adlEvents: 2 },
    ...{ exhausted: true, house: false, rerun: true, audited: false },
  };
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const failing = (failure: Error) => async (seed: number) => {
    if (seed === 12) throw failure;
    return tally;
  };

  test("stops at the first failing seed and says the one command that shows it again", async () => {
    lines.length = 0;
    const passed = await swarm({ seconds: 1_000, first: 10 }, say, failing(new ConservationError("CONS-2 violated")));
    expect(passed).toBe(false);
    expect(lines).toEqual([
      "2 seeds done (2 run twice, 0 audited): 2,000 events, 10 trades, 6 liquidations (2 reduced first, 2 of cross positions, 2 taken by a vault), 2 pairs offset, 4 sales of other assets, 4 ADL events, 2 exhausted their fund, 0 fell to the house",
      "seed 12 failed: CONS-2 violated",
      "npm run swarm -- --seed 12",
    ]);
  });

  test("of one seed it shows where it broke", async () => {
    lines.length = 0;
    const cause = new ConservationError("CONS-2 violated");
    expect(await swarm({ seconds: 0, first: 1, seed: 12 }, say, failing(new Error("event 7", { cause })))).toBe(false);
    expect(lines[1]).toMatch(/^seed 12 failed: event 7\nConservationError: CONS-2 violated\n +at /);
  });

  test("runs every check of one seed, and at least one seed whatever the time", async () => {
    const asked: [number, boolean][] = [];
    const run = async (seed: number, thorough: boolean) => {
      asked.push([seed, thorough]);
      return tally;
    };
    expect(await swarm({ seconds: 1_000, first: 1, seed: 5 }, say, run)).toBe(true);
    expect(await swarm({ seconds: 0, first: 8 }, say, run)).toBe(true);
    expect(asked).toEqual([
      [5, true],
      [8, false],
    ]);
  });
});
