/** Columns of tables of positions and accounts, by whatever name these have. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { oneOf } from "../scenario/problem.ts";
import { readTextTable, type TextTable } from "../sources/text-table.ts";

/** What a column may hold, and the names under which it is known, the first one preferred. */
const NAMES = {
  account: ["account", "user", "user_address", "address", "wallet", "trader", "account_id", "user_id"],
  instrument: ["instrument", "symbol", "coin", "asset", "market", "ticker", "contract"],
  side: ["side", "position_side", "direction"],
  size: ["size", "position_size", "szi", "quantity", "qty", "position_amt", "position"],
  notional: ["notional", "position_value", "notional_value", "notional_usd", "gross_notional", "total_notional", "ntl"],
  entry_price: ["entry_price", "entry", "entry_px", "avg_entry_price", "average_entry_price"],
  mark_price: ["mark_price", "mark", "mark_px", "index_price"],
  leverage: ["leverage", "leverage_setting"],
  margin: ["margin", "position_margin", "margin_used", "initial_margin"],
  equity: ["equity", "account_equity", "account_value", "total_equity"],
  margin_mode: ["margin_mode", "margin_type", "leverage_type", "mode"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A column by what it holds. */
export type HolderColumn = keyof typeof NAMES;

/** All of them. */
export const HOLDER_COLUMNS = Object.keys(NAMES) as readonly HolderColumn[];

/** Names of columns by what they hold. */
export type ColumnNames = Readonly<Partial<Record<HolderColumn, string | undefined>>>;

/** A table whose columns are found. */
export interface HolderTable {
  readonly file: string;
  readonly rowCount: number;
  /** By what they hold, the names of the columns that are used. */
  readonly names: Readonly<Partial<Record<HolderColumn, string>>>;
  /** The text of a cell; null where it is empty or says that there is nothing, and where there is no such column. */
  readonly text: (column: HolderColumn, row: number) => string | null;
  /** The number in a cell, null where there is none. */
  readonly number: (column: HolderColumn, row: number) => number | null;
  /** What errors name: file, row and the column as the file calls it. */
  readonly where: (column: HolderColumn, row: number) => string;
}

/**
 * Which columns are meant, in words: `size=amount,mark_price=adl_price`.
 * @throws InputError for another form, and for a column that nothing is known of
 */
export function parseColumns(text: string, option: string): Partial<Record<HolderColumn, string>> {
  const columns: Partial<Record<HolderColumn, string>> = {};
  for (const pair of text.split(",")) {
    const [column = "", name = "", ...more] = pair.split("=").map((word) => word.trim());
    if (name === "" || more.length > 0) throw new InputError(option, `expected column=name, got ${JSON.stringify(pair)}`);
    if (!isColumn(column)) throw new InputError(option, `expected ${oneOf(HOLDER_COLUMNS)} before "=", got ${JSON.stringify(column)}`);
    if (columns[column] !== undefined) throw new InputError(option, `expected ${column} once, got it twice`);
    columns[column] = name;
  }
  return columns;
}

/**
 * Reads the columns of a table that are known, or are named here.
 * @throws InputError as `readTextTable`, and for a column named that is not there
 */
export async function readHolderTable(file: string, given: ColumnNames = {}): Promise<HolderTable> {
  const named: ColumnNames = Object.fromEntries(Object.entries(given).map(([column, name]) => [column, name?.trim().toLowerCase()]));
  const wanted = HOLDER_COLUMNS.flatMap((column) => named[column] ?? NAMES[column]);
  const table = await readTextTable(file, [...new Set(wanted)]);
  const names: Partial<Record<HolderColumn, string>> = {};
  for (const column of HOLDER_COLUMNS) {
    const own = named[column];
    if (own !== undefined && !table.columns.has(own)) throw new InputError(file, `header without ${own}, which is to be ${column}`);
    const found = own ?? NAMES[column].find((name) => table.columns.has(name) && !Object.values(named).includes(name));
    if (found !== undefined) names[column] = found;
  }
  return { file, rowCount: table.rowCount, names, ...reader(file, table, names) };
}

/** Names under which a column is known, for errors. */
export function knownNames(column: HolderColumn): string {
  return NAMES[column].join(", ");
}

const NOTHING = new Set(["", "nan", "null", "none", "na", "n/a", "-"]);
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;

function reader(
  file: string,
  table: TextTable,
  names: Partial<Record<HolderColumn, string>>,
): Pick<HolderTable, "text" | "number" | "where"> {
  const where = (column: HolderColumn, row: number) => `${file}: ${table.rowName(row)}: ${names[column]}`;
  const text = (column: HolderColumn, row: number): string | null => {
    const name = names[column];
    const cell = name === undefined ? null : (table.columns.get(name)?.[row] ?? null);
    return cell === null || NOTHING.has(cell.toLowerCase()) ? null : cell;
  };
  const number = (column: HolderColumn, row: number): number | null => {
    const cell = text(column, row);
    if (cell === null) return null;
    if (!NUMBER.test(cell) || !Number.isFinite(Number(cell)))
      throw new InputError(where(column, row), `expected a number, got ${JSON.stringify(cell)}`);
    return Number(cell);
  };
  return { text, number, where };
}

function isColumn(text: string): text is HolderColumn {
  return Object.hasOwn(NAMES, text);
}
