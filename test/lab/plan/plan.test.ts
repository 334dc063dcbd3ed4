import { writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { preparePlan } from "../../../lab/plan/prepare.ts";
import { readPlan } from "../../../lab/plan/read-plan.ts";
import { seedOf } from "../../../lab/plan/seeds.ts";
import { scaleTiers } from "../../../lab/plan/tiers.ts";
import { registries } from "../../../lab/registries.ts";
import { runHash } from "../../../lab/sweep/run-files.ts";
import { lineOf, useFolder } from "../../data/scenario/support.ts";

const folder = useFolder();
const base = { name: "p", scenario: "flash-crash" };

async function problemOf(plan: unknown): Promise<string> {
  const file = await folder.write("plan.json", plan);
  const line = await lineOf(readPlan(file).then((read) => preparePlan(read)));
  expect(line).not.toContain("\n");
  expect(line.startsWith(`${file}: `)).toBe(true);
  return line.slice(file.length + 2);
}

async function prepared(plan: unknown) {
  return preparePlan(await readPlan(await folder.write("plan.json", plan)));
}

describe("what is wrong with a plan is one line", () => {
  const fee = { path: "venue.fees.liquidation", values: ["0.0005", "0.001"] };
  test.each<[string, object, RegExp]>([
    [
      "a path that the scenario lacks",
      { factors: [{ path: "population.acounts", values: [1] }] },
      /^factors\.0\.path: expected a path .*accounts.* got "population\.acounts"$/,
    ],
    ["a factor without values", { factors: [{ ...fee, values: [] }] }, /^factors\.0\.values: expected at least one value, got \[\]$/],
    ["an unknown metric", { metrics: ["fund.drawdown"] }, /^metrics\.0: expected one of .*"fund\.maxDrawdown".*, got "fund\.drawdown"$/],
    ["the seed as a factor", { factors: [{ path: "seed", values: [1] }] }, /^factors\.0\.path: expected another field than the seed/],
    [
      "two factors of one field",
      { factors: [fee, { path: "venue.fees", values: [{}] }] },
      /^factors\.1\.path: expected a path that shares nothing with that of factors\.0, "/,
    ],
    [
      "a setting that is no scenario",
      { replications: 3, factors: [{ ...fee, values: ["0.0005", "1.5"] }] },
      /^run 3 \(venue\.fees\.liquidation = "1\.5"\): factors\.0: venue\.fees\.liquidation: expected a rate.* got "1\.5"$/,
    ],
    [
      "a step that leads past the end",
      { factors: [{ path: "population.accounts", range: { from: 10, to: 20, step: 3 } }] },
      /^factors\.0\.range\.step: expected a step that leads from 10 to 20, got 3$/,
    ],
    [
      "a scale of something else",
      { factors: [{ path: "venue.fees", scale: { maker: [1] } }] },
      /^factors\.0\.path: expected "venue\.tiers"/,
    ],
    [
      "scales of different length",
      { factors: [{ path: "venue.tiers", scale: { upTo: [1, 2], maxLeverage: [1] } }] },
      /^factors\.0\.scale\.maxLeverage: expected 2 values/,
    ],
    [
      "a value twice, however it is written",
      { factors: [{ ...fee, values: ["0.001", "0.002", 0.001] }] },
      /^factors\.0\.values: expected each value of venue\.fees\.liquidation once, got 0\.001 at 2, which is "0\.001" at 0$/,
    ],
    [
      "a value twice, with zeros, of a sensitivity",
      { design: { kind: "morris", trajectories: 4 }, factors: [{ ...fee, values: ["0.0010", "0.001"] }] },
      /^factors\.0\.values: expected each value of venue\.fees\.liquidation once, got "0\.001" at 1, which is "0\.0010" at 0$/,
    ],
    [
      "a duration twice, in other units",
      { design: { kind: "sobol", settings: 4 }, factors: [{ path: "duration", values: ["90m", "1.5h"] }] },
      /^factors\.0\.values: expected each value of duration once, got "1\.5h" at 1, which is "90m" at 0$/,
    ],
    [
      "an object twice, with its fields in another order",
      {
        factors: [
          {
            path: "venue.fees",
            values: [
              { maker: "0", taker: "0.001" },
              { taker: 0.001, maker: 0 },
            ],
          },
        ],
      },
      /^factors\.0\.values: expected each value of venue\.fees once, got .* at 1, which is .* at 0$/,
    ],
    [
      "a scale twice",
      { factors: [{ path: "venue.tiers", scale: { maxLeverage: [1, 2, 1], upTo: [1, 1, 1] } }] },
      /^factors\.0\.scale: expected each value of venue\.tiers once, got 1 and 1 at 2, which is 1 and 1 at 0$/,
    ],
    [
      "a setting twice in a list",
      {
        design: { kind: "list" },
        factors: [fee, { path: "duration", values: ["1h", "1h"] }].map((one) => ({ ...one, values: [...one.values, one.values[0]] })),
      },
      /^factors: expected each setting of a list once, got "0\.0005", "1h" at 2, which is that at 0$/,
    ],
    ["a scenario that is not there", { scenario: "flash-crush" }, /^scenario: flash-crush: expected a file or a bundled scenario/],
    [
      "a field set for all runs that is none",
      { set: { "population.acounts": 5 } },
      /^scenario: set: population\.acounts: expected no field of this name/,
    ],
    ["no design of this kind", { design: { kind: "spiral" } }, /^design(\.kind)?: expected .*grid/],
    [
      "a factor that a sensitivity cannot go along",
      { design: { kind: "morris", trajectories: 4 }, factors: [{ ...fee, values: ["0.001"] }] },
      /^factors\.0: expected at least two values, which a design of kind morris goes between, got 1/,
    ],
    ["a sensitivity to nothing", { design: { kind: "saltelli", base: 8 }, factors: [] }, /^factors: expected at least one factor/],
    [
      "an odd number of levels",
      { design: { kind: "morris", trajectories: 4, levels: 5 } },
      /^design\.levels: expected an even number from 2 to 64, got 5/,
    ],
    [
      "a stopping rule that ends before the replications do",
      { replications: 30, stopping: { metric: "cascades.count", halfWidth: 0.1, most: 20 } },
      /^stopping\.most: expected at least the 30 replications of the plan, got 20/,
    ],
    [
      "a half-width of nothing",
      { stopping: { metric: "cascades.count", halfWidth: { absolute: 0 }, most: 20 } },
      /^stopping\.halfWidth.*: expected a (number|share)/,
    ],
    [
      "more runs than can be listed",
      { replications: 65_536, factors: [{ path: "population.accounts", range: { from: 1, to: 20, step: 1 } }] },
      /^replications: expected at most 1000000 runs, got 20 settings of 65536/,
    ],
    [
      "more factors than Sobol has dimensions",
      {
        design: { kind: "sobol", settings: 4 },
        factors: Array.from({ length: 22 }, (_, i) => ({ path: `shock.waypoints.${i % 9}.change`, values: [i] })),
      },
      /^factors\./,
    ],
  ])("%s", async (_, fields, line) => {
    expect(await problemOf({ ...base, ...fields })).toMatch(line);
  });

  test("a value twice in a list is none where another factor tells its settings apart", async () => {
    const factors = [
      { path: "venue.fees.liquidation", values: ["0.001", "0.001"] },
      { path: "population.accounts", values: [100, 200] },
    ];
    expect((await prepared({ ...base, design: { kind: "list" }, factors })).settings).toHaveLength(2);
  });

  test("no JSON, and a name that is no plan's", async () => {
    const file = folder.path("broken.json");
    await writeFile(file, '{"name": }');
    expect(await lineOf(readPlan(file))).toContain("broken.json: line 1, column 10");
    expect(await lineOf(readPlan("quik"))).toBe("quik: expected a file or a bundled plan (quick, tiers-and-fees), got neither");
  });
});

describe("the bundled plans", () => {
  test("quick has at most 24 runs, tiers-and-fees 200 of flash-crash", async () => {
    const quick = await preparePlan(await readPlan("quick"));
    expect(quick.runs.length).toBeLessThanOrEqual(24);
    const fees = await preparePlan(await readPlan("tiers-and-fees"));
    expect([fees.runs.length, fees.scenario.name]).toEqual([200, "flash-crash"]);
    expect(fees.plan.factors.map(({ path }) => path)).toEqual(["venue.fees.liquidation", "venue.tiers"]);
  });
});

describe("TIME-2 the seeds of runs", () => {
  test("with common random numbers a replication shares its seed over settings, without none collide", () => {
    const seeds = (common: boolean) =>
      [0, 1, 2].flatMap((setting) => [0, 1, 2].map((replication) => seedOf(5, setting, replication, common)));
    expect(new Set(seeds(true)).size).toBe(3);
    expect(new Set(seeds(false)).size).toBe(9);
    expect(seedOf(5, 0, 2, true)).toBe(seedOf(5, 2, 2, true));
    expect(seedOf(5, 0, 0, true)).not.toBe(seedOf(6, 0, 0, true));
    expect(Number.isSafeInteger(seedOf(Number.MAX_SAFE_INTEGER, 65_535, 65_535, false))).toBe(true);
  });

  test("a plan decides: its runs share seeds over settings by default, and with commonRandomNumbers false none has another's", async () => {
    const plan = { ...base, seed: 9, replications: 3, factors: [{ path: "population.accounts", values: [100, 200, 300] }] };
    const seedsOf = async (fields: object) => (await prepared({ ...plan, ...fields })).runs.map(({ seed }) => seed);
    const first = [0, 1, 2].map((replication) => seedOf(9, 0, replication, true));
    for (const fields of [{}, { commonRandomNumbers: true }]) expect(await seedsOf(fields)).toEqual([...first, ...first, ...first]);
    const independent = await seedsOf({ commonRandomNumbers: false });
    expect(new Set(independent).size).toBe(9);
    expect(await seedsOf({ commonRandomNumbers: false, seed: 10 })).not.toEqual(independent);
  });

  test("runs are numbered setting by setting, and more replications leave the others' seeds", async () => {
    const plan = { ...base, commonRandomNumbers: false, factors: [{ path: "population.accounts", values: [100, 200] }] };
    const two = (await prepared({ ...plan, replications: 2 })).runs;
    const three = (await prepared({ ...plan, replications: 3 })).runs;
    expect(two.map(({ setting, replication }) => [setting, replication])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const kept = three.filter(({ replication }) => replication < 2).map(({ seed }) => seed);
    expect(kept).toEqual(two.map(({ seed }) => seed));
  });
});

describe("designs for sensitivity", () => {
  const factors = [
    { path: "population.accounts", range: { from: 100, to: 500, step: 100 } },
    { path: "venue.fees.liquidation", values: ["0.0005", "0.001"] },
  ];

  test("Morris: every step of a trajectory changes one factor", async () => {
    const { levels, settings } = await prepared({ ...base, factors, design: { kind: "morris", trajectories: 5 } });
    expect(levels.length).toBe(15);
    for (let trajectory = 0; trajectory < 5; trajectory++) {
      const points = levels.slice(3 * trajectory, 3 * trajectory + 3) as number[][];
      const changed = [0, 1].map((step) => [0, 1].filter((factor) => points[step]?.[factor] !== points[step + 1]?.[factor]));
      expect(changed.flat().sort()).toEqual([0, 1]);
      expect(changed.map((each) => each.length)).toEqual([1, 1]);
    }
    expect(settings[0]?.map(({ name }) => name)).toEqual(["population.accounts", "venue.fees.liquidation"]);
  });

  test("Saltelli: of each base point two independent ones and their mixtures", async () => {
    const { levels } = await prepared({ ...base, factors, design: { kind: "saltelli", base: 8 } });
    expect(levels.length).toBe(32);
    for (let row = 0; row < 8; row++) {
      const [a, first, second, b] = levels.slice(4 * row, 4 * row + 4) as [number[], number[], number[], number[]];
      expect(first).toEqual([b[0], a[1]]);
      expect(second).toEqual([a[0], b[1]]);
    }
  });
});

describe("the settings of a plan", () => {
  test("are the scenarios that --set would make", async () => {
    const { resolve, settings } = await prepared({
      ...base,
      factors: [{ path: "venue.fees.liquidation", range: { from: "0.0005", to: "0.0015", step: "0.0005" } }],
    });
    expect(settings).toEqual(["0.0005", "0.001", "0.0015"].map((value) => [{ name: "venue.fees.liquidation", value }]));
    const byHand = await resolveScenario("flash-crash", { sets: ["venue.fees.liquidation=0.001"], registries });
    const own = await resolve(1);
    expect(own.instruments).toEqual(byHand.instruments);
    expect(own.venue.fees).toEqual(byHand.venue.fees);
    expect(runHash(own)).not.toBe(runHash(await resolve(2)));
    expect(runHash({ ...own, seed: 1 })).not.toBe(runHash({ ...own, seed: 2 }));
  });

  test("TIER-1 venue.tiers scales the tiers of every contract, after all other factors", async () => {
    const factors = [
      { path: "venue.tiers", scale: { maintenanceMarginRate: [0.8, 2] } },
      { path: "venue", values: ["bitda", "bitda-ema"] },
      { path: "venue.tiers", scale: { upTo: [0.5] } },
    ];
    const { resolve, scenario } = await prepared({ name: "p", scenario: "flash-crash", factors: factors.slice(1) });
    const { resolve: both } = await prepared({ ...base, factors });
    const [tier, half] = [scenario.instruments[0]?.tiers[0], (await resolve(0)).instruments[0]?.tiers[0]];
    expect(Number(half?.upTo)).toBe(Number(tier?.upTo) / 2);
    const scaled = (await both(0)).instruments[0]?.tiers[0];
    expect([scaled?.upTo, Number(scaled?.maintenanceMarginRate)]).toEqual([half?.upTo, Number(tier?.maintenanceMarginRate) * 0.8]);
  });
});

describe("TIER-1 scaled tiers", () => {
  const tiers = [
    { upTo: "50", unit: "quote" as const, maintenanceMarginRate: "0.004", maxLeverage: "125", deduction: "0" },
    { upTo: "600", unit: "quote" as const, maintenanceMarginRate: "0.03", maxLeverage: "30", deduction: "1.3" },
    { upTo: null, unit: "quote" as const, maintenanceMarginRate: "0.031", maxLeverage: "29" },
  ];

  test("are exact decimals, and a deduction follows its bound and rates", () => {
    expect(scaleTiers(tiers, { maintenanceMarginRate: 0.7, upTo: 3 })).toEqual([
      { ...tiers[0], upTo: "150", maintenanceMarginRate: "0.0028", deduction: "0" },
      { ...tiers[1], upTo: "1800", maintenanceMarginRate: "0.021", deduction: "2.73" },
      { ...tiers[2], maintenanceMarginRate: "0.0217" },
    ]);
  });

  test("lower the leverage where the rate would reach that of opening, and no further tier has more", () => {
    const leverages = (factor: number) => scaleTiers(tiers, { maintenanceMarginRate: factor }).map(({ maxLeverage }) => maxLeverage);
    expect(leverages(1.1)).toEqual(["125", "30", "29"]);
    // 30 × 0.0336 = 1.008, so 30 / 1.12, rounded down; 29 × 0.03472 = 1.00688, so 29 / 1.12.
    expect(leverages(1.12)).toEqual(["125", "26.78", "25.89"]);
  });

  test("a leverage has at most two decimals", () => {
    expect(scaleTiers(tiers, { maxLeverage: 0.333 }).map(({ maxLeverage }) => maxLeverage)).toEqual(["41.62", "9.99", "9.65"]);
  });
});
