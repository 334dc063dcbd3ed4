import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ADL_POLICIES } from "../../sim/clearing/adl/policies.ts";
import type { AdlPolicy } from "../../sim/clearing/adl/policy.ts";
import type { SimulationInput } from "../../sim/input.ts";
import { Simulation } from "../../sim/simulation.ts";
import type { AdlRules } from "../../sim/venue/rules.ts";
import { randomCross } from "./cross/random-cross.ts";
import { randomInput } from "./random-simulation.ts";

const QUEUES = Object.keys(ADL_POLICIES).filter((name) => ADL_POLICIES[name]?.scoreOf !== undefined);

describe("auto-deleveraging in runs", () => {
  test("ADL-3: ranking once a mark closes whom asking the policy over all accounts at every event closes", () => {
    let events = 0;
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...QUEUES), fc.boolean(), fc.boolean(), (seed, name, isPoor, isDeclared) => {
        const plain = randomInput(seed);
        const { needs, choose } = ADL_POLICIES[name] as AdlPolicy;
        const adl: AdlRules = {
          ...plain.rules.adl,
          ...{ policy: name, cancels: isPoor ? ("account" as const) : ("instrument" as const) },
          price: isPoor ? "mark" : "bankruptcy",
          triggers: isDeclared ? ["declared"] : plain.rules.adl.triggers,
        };
        const input = (): SimulationInput => ({
          ...randomInput(seed),
          rules: { ...plain.rules, adl },
          ...(isPoor ? { poolSeeds: {} } : {}),
          adlDeclared: [{ fromUs: 0, untilUs: Number.MAX_SAFE_INTEGER }],
        });
        const ranked = new Simulation(input()).run();
        const asked = new Simulation({ ...input(), adlPolicies: { [name]: { needs, choose } } }).run();
        expect(ranked.digest).toBe(asked.digest);
        events += ranked.record.adl.rowCount;
      }),
      { numRuns: 30 },
    );
    expect(events).toBeGreaterThan(1_000);
  });

  test("ADL-3 ACCT-2 ACCT-4 ACCT-6: and so it does among cross scopes and legs, whatever else happens to them at a mark", () => {
    const seen = { events: 0, cross: 0 };
    fc.assert(
      fc.property(fc.nat(100_000), fc.constantFrom(...QUEUES), fc.boolean(), (seed, name, isPoor) => {
        const { needs, choose } = ADL_POLICIES[name] as AdlPolicy;
        const input = (): SimulationInput => {
          const plain = randomCross(seed);
          const adl: AdlRules = { ...plain.rules.adl, policy: name, price: isPoor ? "mark" : "bankruptcy", triggers: ["negative-equity"] };
          return { ...plain, rules: { ...plain.rules, adl }, ...(isPoor ? { poolSeeds: {} } : {}), checkEveryEvent: false };
        };
        const ranked = new Simulation(input()).run();
        const asked = new Simulation({ ...input(), adlPolicies: { [name]: { needs, choose } } }).run();
        expect(ranked.digest).toBe(asked.digest);
        const { adl, positions } = ranked.record;
        const modes = positions.words("margin_mode");
        const cross = new Set([...positions.numbers("account")].filter((_, row) => modes[row] === "cross"));
        seen.events += adl.rowCount;
        seen.cross += adl.numbers("account").filter((account) => cross.has(account)).length;
      }),
      { numRuns: 20 },
    );
    expect(Math.min(seen.events, seen.cross)).toBeGreaterThan(100);
  });
});
