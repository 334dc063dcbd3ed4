import { describe, expect, test } from "vitest";
import { z } from "zod";
import { bundledNames, readDocument } from "../../../data/scenario/bundled.ts";
import { scenarioJsonSchema, venueJsonSchema } from "../../../data/scenario/json-schema.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { registries as realRegistries } from "../../../lab/registries.ts";
import { lineOf, registries, smallScenario, smallVenue, useFolder } from "./support.ts";

const folder = useFolder();
// Read back by a program that has only the printed schema.
const printed = (schema: unknown) => z.fromJSONSchema(JSON.parse(JSON.stringify(schema)));
const scenarioSchema = printed(scenarioJsonSchema(registries));
const venueSchema = printed(venueJsonSchema(registries));

describe("the printed JSON Schema agrees with the parser", () => {
  test("it takes what is bundled, as written and as resolved", async () => {
    for (const name of await bundledNames("scenario")) {
      const { content } = await readDocument("scenario", name, ".");
      const schema = printed(scenarioJsonSchema(realRegistries));
      expect(schema.safeParse(content).error).toBeUndefined();
      expect(schema.safeParse(await resolveScenario(name, { registries: realRegistries })).error).toBeUndefined();
    }
    for (const name of await bundledNames("venue")) {
      const { content } = await readDocument("venue", name, ".");
      expect(venueSchema.safeParse(content).error).toBeUndefined();
    }
  });

  test.each([
    { change: {}, good: true },
    { change: { venue: "bitda", instruments: ["BTC-USDT"], pools: {} }, good: true },
    { change: { venue: { extends: "bitda", adl: { policy: "pro-rata" } }, instruments: ["BTC-USDT"], pools: {} }, good: true },
    { change: { agents: [{ kind: "noise-trader", perMinute: 2 }] }, good: true },
    { change: { shock: { "X-USDT": { generate: "waypoints", startPrice: "100" } } }, good: true },
    { change: { agents: [{ kind: "market-maker", instrument: "X-USDT" }] }, good: true },
    { change: { shock: { "X-USDT": { generate: "waypoints", startPrice: 100 } } }, good: false },
    { change: { shock: { "X-USDT": {} } }, good: false },
    { change: { instruments: Array.from({ length: 65 }, () => "X-USDT") }, good: false },
    { change: { agents: [{ kind: "market-maker", instrument: 0 }] }, good: false },
    { change: { seed: -1 }, good: false },
    { change: { seed: "1" }, good: false },
    { change: { sed: 1 }, good: false },
    { change: { start: "yesterday" }, good: false },
    { change: { duration: "1 minute" }, good: false },
    { change: { instruments: [] }, good: false },
    { change: { shock: { generate: "waypoints" } }, good: false },
    { change: { shock: { generate: "waypoints", startPrice: 100 } }, good: false },
    { change: { shock: { generate: "waypoints", startPrice: "-100" } }, good: false },
    { change: { shock: { generate: "waypoints", startPrice: "100", waypoints: [{ at: "1s", change: -1 }] } }, good: false },
    { change: { shock: {} }, good: false },
    { change: { agents: [{ kind: "noise-trader" }] }, good: false },
    { change: { agents: [{ kind: "nobody" }] }, good: false },
    { change: { population: { acounts: 3 } }, good: false },
    { change: { venue: { ...smallVenue(), adl: { policy: "luck" } } }, good: false },
    { change: { venue: { name: "x" } }, good: false },
  ])("$change: $good", async ({ change, good }) => {
    const scenario = { ...smallScenario(), ...change };
    expect(scenarioSchema.safeParse(scenario).success).toBe(good);
    const line = await lineOf(resolveScenario(await folder.write("s.json", scenario), { registries }));
    expect(line === "no error").toBe(good);
  });

  test("fields with a default are not required", () => {
    const { required } = scenarioJsonSchema(registries) as { required: string[] };
    expect(required).toEqual(["name", "venue", "instruments", "shock"]);
  });
});
