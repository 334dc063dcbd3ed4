/** `breakwater schema KIND`: the JSON Schema of a scenario, a plan or a venue profile. */
import { Argument, type Command } from "commander";
import { scenarioJsonSchema, venueJsonSchema } from "../data/scenario/json-schema.ts";
import { planJsonSchema } from "../lab/plan/plan-schema.ts";
import { registries } from "../lab/registries.ts";

const SCHEMAS = { scenario: scenarioJsonSchema, plan: planJsonSchema, venue: venueJsonSchema } as const;

const EXAMPLES = `
Examples:
  $ breakwater schema scenario > scenario.schema.json
  $ breakwater schema venue`;

/** Adds the command `schema`. */
export function registerSchema(program: Command): void {
  program
    .command("schema")
    .description("print the JSON Schema of what a scenario, a plan or a venue profile may say")
    .addArgument(new Argument("<kind>", "what of").choices(Object.keys(SCHEMAS)))
    .option("--json", "print one JSON document, as always")
    .addHelpText("after", EXAMPLES)
    .action((kind: keyof typeof SCHEMAS) => {
      process.stdout.write(`${JSON.stringify(SCHEMAS[kind](registries), null, 2)}\n`);
    });
}
