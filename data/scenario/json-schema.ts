/** JSON Schemas of what people write, for editors and other programs. */
import { z } from "zod";
import type { ScenarioRegistries } from "./registries.ts";
import { scenarioFileSchema } from "./scenario-schema.ts";
import { extendingVenueSchema, venueSchema } from "./venue-schema.ts";

/** JSON Schema (draft 2020-12) of a scenario file. Fields with a default may be left out. */
export function scenarioJsonSchema(registries: ScenarioRegistries): Record<string, unknown> {
  return jsonSchema(scenarioFileSchema(registries), "Scenario of Breakwater");
}

/** JSON Schema (draft 2020-12) of a venue profile, whole or extending another. */
export function venueJsonSchema(registries: ScenarioRegistries): Record<string, unknown> {
  return jsonSchema(z.union([venueSchema(registries), extendingVenueSchema(registries)]), "Venue profile of Breakwater");
}

function jsonSchema(schema: z.ZodType, title: string): Record<string, unknown> {
  // What the parser takes in, not what it makes of it: a field with a default is not required there.
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return { $schema, title, ...rest };
}
