/** `breakwater venues [NAME]`: the bundled venues, or the rules of one with their sources. */
import type { Command } from "commander";
import { bundledNames } from "../data/scenario/bundled.ts";
import { resolveVenue } from "../data/scenario/resolve.ts";
import { type VenueRule, venueRules } from "../data/scenario/rule-list.ts";
import type { ResolvedVenue } from "../data/scenario/venue-schema.ts";
import { registries } from "../lab/registries.ts";

const EXAMPLES = `
Examples:
  $ breakwater venues
  $ breakwater venues bitda`;

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

/** A rule as rows: its value with the number of its source, a tier table as one row a tier. */
function ruleRows({ rule, value, source, note }: VenueRule, _index: number, rules: VenueRule[]): string[][] {
  const mark = source === null ? "–" : `[${sourceNumbers(rules).get(source)}]`;
  if (!rule.endsWith(".tiers")) return [[rule, Array.isArray(value) ? value.join(" ") : String(value), mark, note ?? ""]];
  const tiers = value as ResolvedVenue["instruments"][number]["tiers"];
  return [
    [rule, `${tiers.length} tiers`, mark, note ?? ""],
    ...tiers.map(({ upTo, unit, maintenanceMarginRate, maxLeverage }) => [
      "",
      upTo === null ? "beyond" : `to ${upTo} ${unit}`,
      "",
      `maintenance ${maintenanceMarginRate}, leverage to ${maxLeverage}`,
    ]),
  ];
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
