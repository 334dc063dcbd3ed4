/** `breakwater margin FILE`: margins, ratio, liquidation and bankruptcy prices of an account by a venue's rules. */
import type { Command } from "commander";
import { answerMargin, type MarginAnswer, type PositionAnswer, type ScopeAnswer } from "../data/margin/margin-answer.ts";
import { readMargin } from "../data/margin/read-margin.ts";
import { registries } from "../lab/registries.ts";
import { InputError } from "../sim/kernel/input-error.ts";
import { alignedTable } from "./aligned-table.ts";

const EXAMPLES = `
Examples:
  $ breakwater margin account.json
  $ breakwater margin account.json --json

account.json:
  {"venue": "bitda", "instruments": ["BTC-USDT"],
   "account": {"mode": "single-currency", "positionMode": "one-way", "balances": {"USDT": "1000"}},
   "positions": [{"instrument": "BTC-USDT", "side": "long", "size": "1.5", "entryPrice": "50000",
                  "marginMode": "isolated", "margin": "3750", "leverage": "20"}],
   "marks": {"BTC-USDT": "49000"}}`;

/** Rows of a position, in the order in which they are printed. */
const POSITION_ROWS: readonly [name: string, cell: (position: PositionAnswer) => string][] = [
  ["size", ({ size }) => size],
  ["margin mode", ({ marginMode }) => marginMode],
  ["value", ({ value }) => value],
  ["unrealised profit", ({ unrealizedProfit }) => unrealizedProfit],
  ["tier", ({ tier }) => String(tier)],
  ["initial margin", ({ initialMargin }) => initialMargin],
  ["maintenance margin", ({ maintenanceMargin }) => maintenanceMargin],
  ["closing fee", ({ closingFee }) => closingFee],
  ["requirement", ({ requirement }) => requirement],
  ["margin ratio", ({ marginRatio }) => percent(marginRatio)],
  ["liquidation price", ({ liquidationPrice }) => liquidationPrice ?? "none"],
  ["  as a tick", ({ liquidationPriceTick }) => liquidationPriceTick ?? "none"],
  ["bankruptcy price", ({ bankruptcyPrice }) => bankruptcyPrice ?? "none"],
  ["  as a tick", ({ bankruptcyPriceTick }) => bankruptcyPriceTick ?? "none"],
];

const SCOPE_ROWS: readonly [name: string, cell: (scope: ScopeAnswer) => string][] = [
  ["equity", ({ equity }) => equity],
  ["initial margin", ({ initialMargin }) => initialMargin],
  ["order margin", ({ orderMargin }) => orderMargin],
  ["requirement", ({ requirement }) => requirement],
  ["margin ratio", ({ marginRatio }) => percent(marginRatio)],
  ["status", ({ status }) => status],
];

/** Adds the command `margin`. */
export function registerMargin(program: Command): void {
  program
    .command("margin")
    .description("margins, margin ratio, liquidation and bankruptcy price of an account, by a venue's rules")
    .argument("<file>", "the account with its positions, orders and marks, as JSON")
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, options: { json?: boolean }) => {
      const document = await readMargin(file, registries);
      const answer = naming(file, () => answerMargin(document));
      process.stdout.write(options.json === true ? `${JSON.stringify(answer)}\n` : text(answer));
    });
}

function naming<Result>(file: string, compute: () => Result): Result {
  try {
    return compute();
  } catch (error) {
    throw error instanceof InputError ? new InputError(file, error.message) : error;
  }
}

function text({ positions, account }: MarginAnswer): string {
  const names = positions.map(({ instrument, side }) => `${instrument} ${side}`);
  const parts: string[] = [];
  if (positions.length > 0) parts.push(table("position", names, POSITION_ROWS, positions));
  parts.push(
    table(
      "cross",
      account.scopes.map(({ asset }) => asset),
      SCOPE_ROWS,
      account.scopes,
    ),
  );
  const closes = account.reductions.map(({ instrument, side, size }) => `${size} of ${instrument} ${side}`);
  parts.push(`status: ${account.status}${closes.length === 0 ? "" : `; would close ${closes.join(", ")}`}\n`);
  return parts.join("\n");
}

/** One row a figure, one column a thing. */
function table<Thing>(
  title: string,
  names: readonly string[],
  rows: readonly (readonly [string, (thing: Thing) => string])[],
  things: readonly Thing[],
): string {
  const columns = [{ name: title, type: "VARCHAR" }, ...names.map((name) => ({ name, type: "DOUBLE" }))];
  return alignedTable(
    columns,
    rows.map(([name, cell]) => [name, ...things.map(cell)]),
  );
}

/** A ratio for people: 1.2345 is `123.45 %`. */
function percent(ratio: number | null): string {
  return ratio === null ? "nothing required" : `${(ratio * 100).toFixed(2)} %`;
}
