/** `breakwater import-tiers`: a venue's leverage tiers, as ccxt returns them, to tier tables. */
import { writeFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { readJsonFile } from "../data/scenario/bundled.ts";
import type { TierTableDocument } from "../data/scenario/tier-table.ts";
import { type LeverageTierOptions, readLeverageTiers, TIER_VENUES } from "../data/sources/leverage-tiers.ts";
import { counted } from "./counted.ts";
import { checkNewFile, writeNewFile } from "./new-file.ts";

interface ImportTiersOptions extends LeverageTierOptions {
  readonly out: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

const HELP = `
Reads the JSON of ccxt's fetchLeverageTiers ({symbol: [tier, …]}), freqtrade's cache of it
({updated, data}), or the list of one symbol. OKX's bounds are taken as contracts, those of
Binance and Bybit as quote notional (coin-margined: as base), with their maintenance amounts.
Writes {"tierTables": [{"symbol", "tierScheme", "tiers"}, …]}; "tiers" is what a contract of a
venue profile has under that name.

Example:
  $ breakwater import-tiers leverage_tiers_USDT.json --venue okx --symbol BTC/USDT:USDT --out btc-tiers.json
`;

/** Adds the command to the program. */
export function registerImportTiers(program: Command): void {
  program
    .command("import-tiers")
    .description("turn leverage tiers (JSON of ccxt) into tier tables")
    .argument("<file>", "JSON of ccxt's fetchLeverageTiers")
    .requiredOption("--out <file>", "file to write: .json")
    .addOption(new Option("--venue <name>", "whose tiers they are (default: told by their fields)").choices(TIER_VENUES))
    .option("--symbol <name>", "only this symbol, such as BTC/USDT:USDT")
    .option("--overwrite", "replace the file if it exists")
    .option("--json", "print what was imported as one JSON document")
    .addHelpText("after", HELP)
    .action(importTiers);
}

async function importTiers(file: string, options: ImportTiersOptions): Promise<void> {
  await checkNewFile(options.out, options.overwrite === true, [".json"]);
  // Never a bundled name: what is bundled are no tiers of ccxt.
  const { content } = await readJsonFile([], file, ".");
  const tierTables = readLeverageTiers(content, file, options);
  const text = `${JSON.stringify({ tierTables }, null, 2)}\n`;
  await writeNewFile(options.out, (temporary) => writeFile(temporary, text));
  const report = { out: options.out, tables: tierTables.map(describe) };
  process.stdout.write(`${options.json === true ? JSON.stringify(report) : lineOf(options.out, tierTables)}\n`);
}

function describe({ symbol, tierScheme, tiers }: TierTableDocument) {
  return { symbol: symbol ?? null, tierScheme, unit: tiers[0]?.unit, tiers: tiers.length };
}

function lineOf(out: string, tables: readonly TierTableDocument[]): string {
  const [first] = tables;
  const what = tables.length === 1 && first?.symbol !== undefined ? ` of ${first.symbol}` : "";
  const tiers = tables.reduce((sum, table) => sum + table.tiers.length, 0);
  return `${out}: ${counted(tables.length, "tier table")}${what}, ${counted(tiers, "tier")}`;
}
