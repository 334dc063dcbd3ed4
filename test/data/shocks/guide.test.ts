/** The examples of `docs/shocks.md` are scenarios that run. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readDocument } from "../../../data/scenario/bundled.ts";
import { compileScenario } from "../../../data/scenario/compile.ts";
import { scenarioJsonSchema } from "../../../data/scenario/json-schema.ts";
import type { JsonObject } from "../../../data/scenario/path.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { shockSchemas } from "../../../data/scenario/shock-schema.ts";
import { indexPaths } from "../../../data/shocks/index-path.ts";
import { TEMPLATE_NAMES } from "../../../data/shocks/template-names.ts";
import { readTemplate } from "../../../data/shocks/templates.ts";
import { registries } from "../../../lab/registries.ts";
import { CHECKOUT } from "../../checkout.ts";
import { useFolder } from "../scenario/support.ts";
import { barsCsv } from "./scenario-paths.ts";

const folder = useFolder();
const guide = await readFile(join(CHECKOUT, "docs/shocks.md"), "utf8");
const examples = [...guide.matchAll(/```json\n(.*?)```/gs)].map(([, block]) => ({ block: block as string }));
const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(scenarioJsonSchema(registries))));

describe("docs/shocks.md", () => {
  test.each(examples)("the example gives a path: $block", async ({ block }) => {
    const first = Date.UTC(2025, 0, 1);
    const bars = Array.from({ length: 40 }, (_, bar) => [90_000 - bar, 90_100, 89_900, 90_000 - bar]);
    await folder.write("bars.csv", barsCsv(bars));
    await folder.write("trades.csv", ["time,price", ...bars.map(([price], row) => `${first + row * 20_000},${price}`)].join("\n"));
    const { content } = await readDocument("scenario", "flash-crash", ".");
    const { start: _start, duration: _duration, ...base } = content;
    const own = JSON.parse(block) as JsonObject;
    const timed = JSON.stringify(own).includes('"template"') ? {} : { start: "2025-01-01T00:00:00Z", duration: "20m" };
    const scenario = { ...base, ...timed, ...own };
    expect(schema.safeParse(scenario).error).toBeUndefined();
    const resolved = await resolveScenario(await folder.write("s.json", scenario), { registries });
    const paths = await indexPaths(resolved, compileScenario(resolved).instruments);
    for (const { ticks } of paths) expect(ticks.every((price) => Number.isSafeInteger(price) && price > 0)).toBe(true);
    expect(new Set(paths[0]?.ticks).size).toBeGreaterThan(10);
  });

  test("there is one for every generator, and a row for every crash with its assets", async () => {
    const [generated] = shockSchemas.one().options;
    const kinds = generated.options.map(({ shape }) => shape.generate.value);
    expect([...guide.matchAll(/"generate": "([a-z]+)"/g)].map(([, kind]) => kind)).toEqual(expect.arrayContaining(kinds));
    for (const kind of kinds) expect(guide).toContain(`\n### \`${kind}\`\n`);
    for (const name of TEMPLATE_NAMES) {
      const { paths } = await readTemplate(name);
      const assets = Object.keys(paths).map((asset) => `\`${asset}\``);
      expect(guide).toContain(`| \`${name}\` | ${assets.join(", ")} |`);
    }
  });
});
