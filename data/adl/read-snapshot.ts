/** Snapshots of positions, on which ADL policies are replayed: from CSV, CSV.gz, Parquet or Arrow. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { parseDecimal } from "../../sim/venue/decimal.ts";
import { oneOf, show } from "../scenario/problem.ts";
import { readTextTable, type TextTable } from "../sources/text-table.ts";

/** Columns that every snapshot has, and those that it may have. */
const NEEDED = ["account", "size", "entry_price", "equity"] as const;
const OPTIONAL = ["leverage", "max_leverage", "margin_mode", "gross_notional", "requirement", "instrument"] as const;

/** A column of a snapshot. */
export type SnapshotColumn = (typeof NEEDED)[number] | (typeof OPTIONAL)[number];

/** A row of a snapshot that a program has: `account`, `size`, `entry_price` and `equity` at least. */
export type SnapshotRow = Readonly<Partial<Record<SnapshotColumn, string | number | null>>>;

const MARGIN_MODES = ["isolated", "cross"] as const;

/** One row of a snapshot: an open position. Numbers are decimal text as read, checked. */
export interface SnapshotPosition {
  /** What errors call its row: `line 3`. */
  readonly row: string;
  /** As the file names it. */
  readonly account: string;
  /** Place of the account among all in their order: as whole numbers if all are, else as text. */
  readonly accountNumber: number;
  /** Signed: negative for a short. */
  readonly size: string;
  readonly entryPrice: string;
  /** Equity of its scope at mark. */
  readonly equity: string;
  readonly leverage: string | null;
  readonly maxLeverage: string | null;
  readonly marginMode: (typeof MARGIN_MODES)[number] | null;
  readonly grossNotional: string | null;
  readonly requirement: string | null;
}

/** The positions in one instrument. */
export interface Snapshot {
  readonly file: string;
  /** Null when the file has no such column. */
  readonly instrument: string | null;
  /** The columns it has of those that are known. */
  readonly columns: ReadonlySet<SnapshotColumn>;
  readonly positions: readonly SnapshotPosition[];
}

/**
 * Reads and checks a snapshot. Rows of size 0 are passed over.
 * @param instrument which one, in a file of several
 * @throws InputError in one line naming file, row, column and value
 */
export async function readSnapshot(file: string, instrument: string | null = null): Promise<Snapshot> {
  return snapshotOf(await readTextTable(file, [...NEEDED, ...OPTIONAL]), file, instrument);
}

/**
 * As `readSnapshot`, of rows that a program has: numbers as decimal text, or as numbers.
 * @param name what errors call it
 */
export function snapshotOfRows(rows: readonly SnapshotRow[], name: string, instrument: string | null = null): Snapshot {
  const columns = new Map<string, (string | null)[]>();
  for (const column of [...NEEDED, ...OPTIONAL]) {
    if (!rows.some((row) => row[column] !== undefined)) continue;
    columns.set(
      column,
      rows.map((row) => cellOf(row[column] ?? null)),
    );
  }
  return snapshotOf({ rowCount: rows.length, columns, rowName: (row) => `row ${row + 1}` }, name, instrument);
}

function cellOf(value: string | number | null): string | null {
  return value === null ? null : String(value);
}

function snapshotOf(table: TextTable, file: string, instrument: string | null): Snapshot {
  const missing = NEEDED.filter((name) => !table.columns.has(name));
  if (missing.length > 0) throw new InputError(file, `header without ${missing.join(", ")}`);
  if (table.rowCount === 0) throw new InputError(file, "no positions after the header");
  const chosen = chosenRows(table, file, instrument);
  const rows = chosen.rows.map((row) => rowOf(table, file, row)).filter((row) => row !== null);
  checkTwice(rows, file);
  const numbers = numbersOf(rows.map(({ account }) => account));
  const positions = rows.map((row) => ({ ...row, accountNumber: numbers.get(row.account) as number }));
  return { file, instrument: chosen.instrument, columns: new Set(table.columns.keys()) as Set<SnapshotColumn>, positions };
}

function chosenRows(table: TextTable, file: string, instrument: string | null): { instrument: string | null; rows: number[] } {
  const rows = Array.from({ length: table.rowCount }, (_, row) => row);
  const cells = table.columns.get("instrument");
  if (cells === undefined) {
    if (instrument === null) return { instrument, rows };
    throw new InputError(file, `no column instrument to find ${show(instrument)} in`);
  }
  const empty = cells.findIndex((cell) => cell === null || cell === "");
  if (empty !== -1) throw new InputError(`${file}: ${table.rowName(empty)}`, "instrument: missing");
  const known = [...new Set(cells)].sort();
  if (instrument === null && known.length > 1) {
    throw new InputError(file, `instrument: several (${known.join(", ")}), choose one with --instrument`);
  }
  const wanted = instrument ?? (known[0] as string);
  if (!known.includes(wanted)) throw new InputError("--instrument", `expected ${oneOf(known)}, got ${show(wanted)}`);
  return { instrument: wanted, rows: rows.filter((row) => cells[row] === wanted) };
}

type Row = Omit<SnapshotPosition, "accountNumber">;

/** A row, checked, or null for one that holds nothing. */
function rowOf(table: TextTable, file: string, row: number): Row | null {
  const name = table.rowName(row);
  const where = (column: SnapshotColumn) => `${file}: ${name}: ${column}`;
  const given = (column: SnapshotColumn) => table.columns.get(column)?.[row] || null;
  const needed = (column: SnapshotColumn) => {
    const text = given(column);
    if (text === null) throw new InputError(where(column), "missing");
    return text;
  };
  const decimal = (column: SnapshotColumn, text: string, least: 0 | 1 | null = null) => {
    const { digits } = parseDecimal(text, where(column));
    if (least !== null && digits < BigInt(least))
      throw new InputError(where(column), `expected ${least === 1 ? "more than 0" : "0 or more"}, got ${show(text)}`);
    return text;
  };
  const optional = (column: SnapshotColumn, least: 0 | 1) => {
    const text = given(column);
    return text === null ? null : decimal(column, text, least);
  };
  const account = needed("account");
  const size = decimal("size", needed("size"));
  const flat = parseDecimal(size, "size").digits === 0n;
  const marginMode = given("margin_mode");
  if (marginMode !== null && !isMarginMode(marginMode)) {
    throw new InputError(where("margin_mode"), `expected ${oneOf(MARGIN_MODES)}, got ${show(marginMode)}`);
  }
  const position = {
    row: name,
    account,
    size,
    entryPrice: decimal("entry_price", needed("entry_price"), flat ? 0 : 1),
    equity: decimal("equity", needed("equity")),
    leverage: optional("leverage", 1),
    maxLeverage: optional("max_leverage", 1),
    marginMode,
    grossNotional: optional("gross_notional", 0),
    requirement: optional("requirement", 0),
  };
  return flat ? null : position;
}

function isMarginMode(text: string): text is (typeof MARGIN_MODES)[number] {
  return (MARGIN_MODES as readonly string[]).includes(text);
}

/** An account has at most one position on a side and in a margin mode: a second is a row that was copied. */
function checkTwice(rows: readonly Row[], file: string): void {
  const seen = new Map<string, string>();
  for (const { row, account, size, marginMode } of rows) {
    const side = size.startsWith("-") ? "short" : "long";
    const key = JSON.stringify([account, side, marginMode]);
    const before = seen.get(key);
    if (before !== undefined)
      throw new InputError(`${file}: ${row}: account`, `${show(account)} has a ${side} position in ${before} already`);
    seen.set(key, row);
  }
}

/** Accounts numbered from 0 in their order, which decides ties. */
function numbersOf(accounts: readonly string[]): Map<string, number> {
  const distinct = [...new Set(accounts)];
  const whole = distinct.every((account) => /^\d+$/.test(account));
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const byNumber = (a: string, b: string) => {
    const [left, right] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
    return left.length - right.length || byText(left, right) || byText(a, b);
  };
  return new Map(distinct.sort(whole ? byNumber : byText).map((account, number) => [account, number]));
}
