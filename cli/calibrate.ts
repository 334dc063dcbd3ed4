/** `breakwater calibrate FILE`: the population of a scenario from a table of positions or accounts, and how well it fits. */
import { writeFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import type { Calibration } from "../data/population/calibrate.ts";
import { parseColumns } from "../data/population/columns.ts";
import type { CrossFit, LeverageFit } from "../data/population/fit-shares.ts";
import { type Fit, SIZE_FAMILIES, type SizeFamily } from "../data/population/fit-size.ts";
import type { SampleKind } from "../data/population/sample.ts";
import { calibratePopulation } from "../lab/calibrate.ts";
import { InputError } from "../sim/kernel/input-error.ts";
import { alignedTable } from "./aligned-table.ts";
import { counted } from "./counted.ts";
import { checkNewFile, writeNewFile } from "./new-file.ts";

interface Options {
  readonly kind: SampleKind | "auto";
  readonly instrument?: string;
  readonly columns?: string;
  readonly least?: string;
  readonly size?: SizeFamily;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

const HELP = `
Reads positions (account, instrument, side or signed size, size or notional, entry_price, mark_price,
leverage or margin or equity, margin_mode) or accounts (account, notional, equity, leverage), each column
under several names, others by --columns. Writes the \`population\` of a scenario with --out.

Examples:
  $ breakwater calibrate positions.csv.gz --instrument BTC --out population.json
  $ breakwater calibrate fills.csv --columns mark_price=adl_price,leverage=leverage_realtime --json
  $ breakwater run flash-crash --set "population=$(cat population.json)"`;

/** Adds the command `calibrate`. */
export function registerCalibrate(program: Command): void {
  program
    .command("calibrate")
    .description("fit a population to a table of positions or accounts, and say how well it fits")
    .argument("<file>", "CSV, CSV.gz, Parquet or Arrow: one position or one account a row")
    .addOption(
      new Option("--kind <kind>", "what a row is (default: told by the columns)")
        .choices(["positions", "accounts", "auto"])
        .default("auto"),
    )
    .option("--instrument <name>", "only this instrument of the file")
    .option("--columns <pairs>", "names of columns by what they hold: size=amount,mark_price=px")
    .option("--least <amount>", "leave out positions worth less (default: 0.01)")
    .addOption(new Option("--size <family>", "this family of sizes (default: the nearest)").choices(SIZE_FAMILIES))
    .option("--out <file>", "write the population here: .json")
    .option("--overwrite", "replace the file if it exists")
    .option("--json", "print one JSON document")
    .addHelpText("after", HELP)
    .action(async (file: string, options: Options) => {
      if (options.out !== undefined) await checkNewFile(options.out, options.overwrite === true, [".json"]);
      const { kind, instrument, size } = options;
      const columns = options.columns === undefined ? undefined : parseColumns(options.columns, "--columns");
      const calibration = await calibratePopulation(file, { kind, instrument, columns, size, least: leastOf(options.least) });
      const text = `${JSON.stringify(calibration.population, null, 2)}\n`;
      if (options.out !== undefined) await writeNewFile(options.out, (temporary) => writeFile(temporary, text));
      process.stdout.write(options.json === true ? `${JSON.stringify(calibration)}\n` : report(calibration, options.out));
    });
}

function leastOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InputError("--least", `expected an amount of at least 0, got ${JSON.stringify(text)}`);
  return Number(text);
}

/** For people: what was read, what was left out, every fit, and the population itself where it is not written. */
function report(calibration: Calibration, out: string | undefined): string {
  const { file, kind, instrument, rows, used, accounts, columns, leftOut, notFitted, fits, population } = calibration;
  const of = instrument === null ? "" : ` of ${instrument}`;
  const lines = [`${file}: ${used} ${kind}${of} in ${counted(rows, "row")}, ${counted(accounts, "account")}`];
  lines.push(
    `columns: ${Object.entries(columns)
      .map(([column, name]) => (column === name ? name : `${column} = ${name}`))
      .join(", ")}`,
  );
  for (const { from, reason, rows } of leftOut)
    lines.push(`left out${from === "all" ? "" : ` of ${from}`}: ${counted(rows, "row")}: ${reason}`);
  for (const { field, reason } of notFitted) lines.push(`not fitted: ${field}: ${reason}`);
  const parts = [`${lines.join("\n")}\n`, fitTable(calibration)];
  const shares: string[] = [];
  if (fits.sides !== undefined) {
    const { longShare, longValue, shortValue } = fits.sides;
    shares.push(`long share ${longShare}; longs worth ${longValue}, shorts ${shortValue}`);
  }
  if (fits.leverage !== undefined) shares.push(leverageLine(fits.leverage));
  if (fits.cross !== undefined) shares.push(crossLine(fits.cross));
  if (shares.length > 0) parts.push(`${shares.join("\n")}\n`);
  parts.push(out === undefined ? `${JSON.stringify(population, null, 2)}\n` : `population: ${out}\n`);
  return parts.join("\n");
}

/** Every family that was held against a sample; the one taken is marked. */
function fitTable({ fits }: Calibration): string {
  const text = ["fit", "family", "taken"].map((name) => ({ name, type: "VARCHAR" }));
  const numbers = ["sample", "KS distance", "mean", "of sample", "deviation", "of sample "].map((name) => ({ name, type: "DOUBLE" }));
  const named: [string, Fit | undefined][] = [
    ["size", fits.size],
    ["longSize", fits.longSize],
    ["shortSize", fits.shortSize],
    ["entry.long", fits.long],
    ["entry.short", fits.short],
  ];
  const rows = named.flatMap(([name, fit]) =>
    (fit?.candidates ?? []).map(({ family, distance, moments }) => {
      const { count, chosen, sample } = fit as Fit;
      const figures = [distance, moments.mean, sample.mean, moments.deviation, sample.deviation].map(String);
      return [name, family, family === chosen ? "yes" : "", String(count), ...figures];
    }),
  );
  return alignedTable([...text, ...numbers], rows);
}

function leverageLine({ count, of, sample, fitted, correlation, leverage, leverageBySize }: LeverageFit): string {
  const bySize = leverageBySize === undefined ? "" : ", by quarters of sizes";
  const what = of === "settings" ? `${counted(leverage.length, "setting")}` : `measured, taken to ${counted(leverage.length, "setting")}`;
  return `leverage ${what} of ${counted(count, "row")}: mean ${fitted.mean}, of the sample ${sample.mean}; correlation with size ${correlation ?? "none"}${bySize}`;
}

function crossLine({ count, crossShare, correlation, crossShareBySize }: CrossFit): string {
  const bySize = crossShareBySize === undefined ? "" : ", by quarters of sizes";
  return `cross share ${crossShare} of ${counted(count, "account")}; correlation with size ${correlation ?? "none"}${bySize}`;
}
