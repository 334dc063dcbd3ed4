/** `breakwater venues [NAME]`: the bundled venues, or the rules of one with their sources. */
import type { Command } from "commander";
import { bundledNames } from "../data/scenario/bundled.ts";
import { resolveVenue } from "../data/scenario/resolve.ts";
import { type VenueRule, venueRules } from "../data/scenario/rule-list.ts";
import type { ResolvedTier } from "../data/scenario/venue-schema.ts";
import { registries } from "../lab/registries.ts";
import { counted } from "./counted.ts";

const EXAMPLES = `
Examples:
  $ breakwater venues
  $ breakwater venues okx`;

/** Adds the command `venues`. */
export function registerVenues(program: Command): void {
  program
    .command("venues")
    .description("list the bundled venues, or show the rules of one with the source of each")
    .argument("[name]", "bundled venue, or file of a profile")
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      const text = name === undefined ? await list(options.json === true) : await one(name, options.json === true);
      process.stdout.write(`${text}\n`);
    });
}

async function list(json: boolean): Promise<string> {
  const venues = await Promise.all((await bundledNames("venue")).map((name) => resolveVenue(name, registries)));
  if (json) {
    return JSON.stringify(
      venues.map(({ name, description, instruments }) => ({ name, description, instruments: instruments.map(({ symbol }) => symbol) })),
    );
  }
  return columns(
    venues.map(({ name, instruments, description }) => [name, instruments.map(({ symbol }) => symbol).join(" "), description]),
  );
}

async function one(nameOrFile: string, json: boolean): Promise<string> {
  const venue = await resolveVenue(nameOrFile, registries);
  const rules = venueRules(venue);
  if (json) return JSON.stringify({ name: venue.name, description: venue.description, rules });
  return [`${venue.name}: ${venue.description}`, "", columns(rules.flatMap(ruleRows)), ...sourceList(rules)].join("\n");
}

/** A rule as rows: its value with the number of its source, a table of tiers or haircuts as one row a tier. */
function ruleRows({ rule, value, source, note }: VenueRule, _index: number, rules: VenueRule[]): string[][] {
  const mark = source === null ? "–" : `[${sourceNumbers(rules).get(source)}]`;
  const isTable = Array.isArray(value) && typeof value[0] === "object";
  if (!isTable) return [[rule, Array.isArray(value) ? value.join(" ") : String(value), mark, note ?? ""]];
  return [
    [rule, counted(value.length, "tier"), mark, note ?? ""],
    ...(value as readonly Row[]).map((row) => [
      "",
      `${row.upTo === null ? "beyond" : `to ${row.upTo}`} ${row.unit ?? ""}`.trimEnd(),
      "",
      terms(row),
    ]),
  ];
}

/** A tier of a contract, or of an asset as collateral. */
type Row = Partial<ResolvedTier> & { readonly upTo: string | null; readonly haircut?: string };

function terms({ haircut, maintenanceMarginRate, maxLeverage, initialMarginRate, deduction }: Row): string {
  const parts = [
    haircut === undefined ? null : `haircut ${haircut}`,
    maintenanceMarginRate === undefined ? null : `maintenance ${maintenanceMarginRate}`,
    maxLeverage === undefined ? null : `leverage to ${maxLeverage}`,
    initialMarginRate === undefined ? null : `initial margin ${initialMarginRate}`,
    deduction === undefined ? null : `deduction ${deduction}`,
  ];
  return parts.filter((part) => part !== null).join(", ");
}

function sourceList(rules: readonly VenueRule[]): string[] {
  const dates = new Map(rules.map(({ source, date }) => [source, date]));
  const lines = [...sourceNumbers(rules)].map(([source, number]) => {
    const date = dates.get(source);
    return `[${number}] ${source}${date == null ? "" : ` (${date})`}`;
  });
  return lines.length === 0 ? [] : ["", "Sources", ...lines];
}

/** Sources numbered in the order in which the rules name them. */
function sourceNumbers(rules: readonly VenueRule[]): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const { source } of rules) if (source !== null && !numbers.has(source)) numbers.set(source, numbers.size + 1);
  return numbers;
}

/** Rows of cells under each other, with two spaces between columns. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
