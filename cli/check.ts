/** `breakwater check FILE`: valid, or where not. */
import type { Command } from "commander";
import { type CheckedDocument, checkDocument } from "../data/scenario/check.ts";
import { shockRemarks } from "../data/scenario/shock-remarks.ts";
import { checkMaking } from "../lab/check.ts";
import { type PreparedPlan, preparePlan } from "../lab/plan/prepare.ts";
import { parsePlan } from "../lab/plan/read-plan.ts";
import { replicationsMost } from "../lab/plan/stopping.ts";
import { registries } from "../lab/registries.ts";
import { InputError } from "../sim/index.ts";
import { counted } from "./counted.ts";
import { planSizeText } from "./plan-size.ts";
import { ofFile } from "./run.ts";

const EXAMPLES = `
Examples:
  $ breakwater check crash.json
  $ breakwater check my-venue.json --json
  $ breakwater check tiers-and-fees
  $ breakwater check tiers.json`;

type Checked = Exclude<CheckedDocument, { kind: "plan" }>;

/** Adds the command `check`. */
export function registerCheck(program: Command): void {
  program
    .command("check")
    .description("check a scenario, a plan, a venue profile or a tier table: valid, or where not")
    .argument("<file>", "file, or name of a bundled scenario, plan or venue")
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, options: { json?: boolean }) => {
      const checked = await checkDocument(file, registries);
      if (checked.kind === "plan") {
        const prepared = await preparePlan(parsePlan(checked.document));
        process.stdout.write(options.json === true ? `${JSON.stringify(planSummary(prepared))}\n` : `${planLine(prepared)}\n`);
        return;
      }
      if (checked.kind === "scenario") await makeable(checked);
      process.stdout.write(options.json === true ? `${JSON.stringify(summary(checked))}\n` : `${line(checked)}\n`);
    });
}

async function makeable({ file, scenario }: Extract<CheckedDocument, { kind: "scenario" }>): Promise<void> {
  try {
    await checkMaking(scenario);
  } catch (error) {
    throw error instanceof InputError ? ofFile(file, scenario, error) : error;
  }
}

function planLine(prepared: PreparedPlan): string {
  const { file, plan, scenario } = prepared;
  return `${file}: valid plan: ${plan.name}, ${planSizeText(prepared)} of ${scenario.name}, seed ${plan.seed}`;
}

function planSummary({ file, plan, scenario, settings, runs }: PreparedPlan): Record<string, unknown> {
  const counts = { settings: settings.length, replications: replicationsMost(plan), runs: runs.length };
  return { file, kind: "plan", valid: true, name: plan.name, scenario: scenario.name, ...counts, seed: plan.seed };
}

function line(checked: Checked): string {
  if (checked.kind === "venue") {
    const contracts = checked.venue.instruments.map(({ symbol, tiers }) => `${symbol} with ${counted(tiers.length, "tier")}`);
    return `${checked.file}: valid venue profile: ${checked.venue.name}, ${contracts.join(", ")}`;
  }
  if (checked.kind === "tiers") {
    const tables = checked.tables.map(({ symbol = "one", tiers }) => `${symbol} with ${counted(tiers.length, "tier")}`);
    return `${checked.file}: valid ${tables.length === 1 ? "tier table" : "tier tables"}: ${tables.join(", ")}`;
  }
  const { name, venue, instruments, start, duration, seed } = checked.scenario;
  const valid = `${checked.file}: valid scenario: ${name}, ${instruments.map(({ symbol }) => symbol).join(", ")} at ${venue.name}, ${duration} from ${start}, seed ${seed}`;
  return [valid, ...shockRemarks(checked.scenario).map((remark) => `note: ${remark}`)].join("\n");
}

function summary(checked: Checked): Record<string, unknown> {
  const { kind, file } = checked;
  if (checked.kind === "venue") {
    const { name, instruments } = checked.venue;
    return { file, kind, valid: true, name, instruments: instruments.map(({ symbol }) => symbol) };
  }
  if (checked.kind === "tiers") {
    const tables = checked.tables.map(({ symbol, tiers }) => ({ symbol: symbol ?? null, tiers: tiers.length }));
    return { file, kind, valid: true, tables };
  }
  const { name, venue, instruments, start, duration, seed } = checked.scenario;
  const symbols = instruments.map(({ symbol }) => symbol);
  const notes = shockRemarks(checked.scenario);
  const told = notes.length === 0 ? {} : { notes };
  return { file, kind, valid: true, name, venue: venue.name, instruments: symbols, start, duration, seed, ...told };
}
