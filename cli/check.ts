/** `breakwater check FILE`: valid, or where not. */
import type { Command } from "commander";
import { type CheckedDocument, checkDocument } from "../data/scenario/check.ts";
import { registries } from "../lab/registries.ts";

const EXAMPLES = `
Examples:
  $ breakwater check crash.json
  $ breakwater check my-venue.json --json`;

/** Adds the command `check`. */
export function registerCheck(program: Command): void {
  program
    .command("check")
    .description("check a scenario or a venue profile: valid, or where not")
    .argument("<file>", "file, or name of a bundled scenario or venue")
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, options: { json?: boolean }) => {
      const checked = await checkDocument(file, registries);
      process.stdout.write(options.json === true ? `${JSON.stringify(summary(checked))}\n` : `${line(checked)}\n`);
    });
}

function line(checked: CheckedDocument): string {
  if (checked.kind === "venue") {
    const contracts = checked.venue.instruments.map(({ symbol, tiers }) => `${symbol} with ${tiers.length} tiers`);
    return `${checked.file}: valid venue profile: ${checked.venue.name}, ${contracts.join(", ")}`;
  }
  const { name, venue, instruments, start, duration, seed } = checked.scenario;
  return `${checked.file}: valid scenario: ${name}, ${instruments.map(({ symbol }) => symbol).join(", ")} at ${venue.name}, ${duration} from ${start}, seed ${seed}`;
}

function summary(checked: CheckedDocument): Record<string, unknown> {
  const { kind, file } = checked;
  if (checked.kind === "venue") {
    const { name, instruments } = checked.venue;
    return { file, kind, valid: true, name, instruments: instruments.map(({ symbol }) => symbol) };
  }
  const { name, venue, instruments, start, duration, seed } = checked.scenario;
  return { file, kind, valid: true, name, venue: venue.name, instruments: instruments.map(({ symbol }) => symbol), start, duration, seed };
}
