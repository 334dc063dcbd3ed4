/** A sample of holders: what a table of positions or accounts says of each, in columns. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { oneOf } from "../scenario/problem.ts";
import { type HolderTable, knownNames } from "./columns.ts";

/** What the rows of a table are. */
export type SampleKind = "positions" | "accounts";

/** Rows that were not used, or not for one distribution, and why. */
export interface LeftOut {
  /** The field of `population` that they are missing from; `all` where they are missing altogether. */
  readonly from: string;
  readonly reason: string;
  readonly rows: number;
}

/** Positions, or accounts with all theirs together, one a row of every column. */
export interface HolderSample {
  readonly kind: SampleKind;
  readonly count: number;
  /** Whose it is, numbered from 0. */
  readonly holder: Int32Array;
  readonly holders: number;
  /** Whether holders are told apart: else each row counts for one. */
  readonly hasHolders: boolean;
  /** Of which contract, numbered from 0. */
  readonly instrument: Int32Array;
  /** 1 for a long, −1 for a short, 0 where the table does not tell. */
  readonly side: Int8Array;
  /** At the mark, positive. */
  readonly value: Float64Array;
  /** Entry ÷ mark − 1; NaN where one of them is missing. */
  readonly entry: Float64Array;
  /** NaN where it is missing. */
  readonly leverage: Float64Array;
  /** 1 for cross, 0 for isolated, −1 where the table does not tell. */
  readonly isCross: Int8Array;
  readonly leftOut: readonly LeftOut[];
}

const LONG = new Set(["long", "l", "buy", "b", "bid", "1", "+1"]);
const SHORT = new Set(["short", "s", "sell", "a", "ask", "-1"]);

/**
 * The sample in a table.
 * @param kind `auto`: positions when sizes, sides or entry prices are there
 * @param instrument only this one
 * @param least positions worth less are left out: what closing leaves over in doubles is no position
 * @throws InputError naming file, row and value: a column that is missing, no number, no row that can be used
 */
export function sampleOf(table: HolderTable, kind: SampleKind | "auto", instrument: string | null, least: number): HolderSample {
  const { file, names, rowCount } = table;
  const isPositions = names.size !== undefined || names.side !== undefined || names.entry_price !== undefined;
  const told = kind === "auto" ? (isPositions ? "positions" : "accounts") : kind;
  checkColumns(table, told);
  if (rowCount === 0) throw new InputError(file, `no ${told} after the header`);
  if (instrument !== null) checkInstrument(table, instrument);
  const collected = new Collector(table, told, least);
  for (let row = 0; row < rowCount; row++) {
    if (instrument === null || table.text("instrument", row) === instrument) collected.take(row);
  }
  const sample = collected.sample();
  if (sample.count > 0) return sample;
  const reasons = sample.leftOut.map(({ reason, rows }) => `${rows} with ${reason}`).join(", ");
  throw new InputError(file, `expected ${told} with a size, got none in ${rowCount} rows (${reasons})`);
}

function checkColumns({ file, names }: HolderTable, kind: SampleKind): void {
  const lacks = (what: string, ...columns: ("size" | "notional" | "mark_price" | "entry_price" | "equity" | "leverage")[]) =>
    new InputError(file, `header without ${what}: expected one of ${columns.map(knownNames).join(", ")}, or name it with --columns`);
  if (names.notional !== undefined) return;
  if (kind === "accounts") {
    if (names.equity === undefined || names.leverage === undefined) throw lacks("notional", "notional");
    return;
  }
  if (names.size === undefined) throw lacks("size or notional", "size", "notional");
  if (names.mark_price === undefined && names.entry_price === undefined)
    throw lacks("notional, mark_price or entry_price to value sizes at", "notional", "mark_price", "entry_price");
}

function checkInstrument(table: HolderTable, instrument: string): void {
  if (table.names.instrument === undefined)
    throw new InputError(table.file, `no column of instruments to find ${JSON.stringify(instrument)} in`);
  const known = new Set<string>();
  for (let row = 0; row < table.rowCount; row++) {
    const symbol = table.text("instrument", row);
    if (symbol !== null) known.add(symbol);
  }
  const sorted = [...known].sort();
  const shown = sorted.length <= 20 ? oneOf(sorted) : `one of the ${sorted.length} of ${table.file}, such as ${JSON.stringify(sorted[0])}`;
  if (!known.has(instrument)) throw new InputError("--instrument", `expected ${shown}, got ${JSON.stringify(instrument)}`);
}

/** Takes rows in, and says what became of them. */
class Collector {
  readonly #table: HolderTable;
  readonly #kind: SampleKind;
  readonly #rows: { holder: number; instrument: number; side: number; value: number; entry: number; leverage: number; isCross: number }[] =
    [];
  readonly #holders = new Map<string, number>();
  readonly #instruments = new Map<string, number>();
  readonly #seen = new Set<string>();
  readonly #reasons = new Map<string, LeftOut>();
  /** Value of all positions and equity by holder, for leverage from equity. */
  readonly #gross: number[] = [];
  readonly #equity: number[] = [];
  readonly #isSigned: boolean;
  readonly #least: number;

  constructor(table: HolderTable, kind: SampleKind, least: number) {
    this.#table = table;
    this.#least = least;
    this.#kind = kind;
    this.#isSigned = table.names.side !== undefined || hasNegative(table);
  }

  take(row: number): void {
    const table = this.#table;
    const value = this.#valueOf(row);
    const side = this.#sideOf(row);
    const account = table.text("account", row) ?? `row ${row}`;
    const symbol = table.text("instrument", row) ?? "";
    // A table of events has a position as often as something befell it.
    const key = this.#kind === "accounts" ? account : `${account}\n${symbol}\n${side}`;
    const refusal = this.#refusalOf(value, key);
    if (value === null || refusal !== null) {
      this.#leave("all", refusal ?? "no size");
      return;
    }
    this.#seen.add(key);
    const holder = numbered(this.#holders, account);
    this.#gross[holder] = (this.#gross[holder] ?? 0) + value;
    this.#equity[holder] ??= table.number("equity", row) ?? Number.NaN;
    this.#rows.push({
      holder,
      instrument: numbered(this.#instruments, symbol),
      side,
      value,
      entry: this.#entryOf(row),
      leverage: this.#leverageOf(row, value),
      isCross: this.#modeOf(row),
    });
  }

  sample(): HolderSample {
    const rows = this.#rows;
    const { names } = this.#table;
    const fromEquity = names.leverage === undefined && names.margin === undefined && names.equity !== undefined;
    if (fromEquity) for (const row of rows) row.leverage = this.#leverageOfHolder(row.holder);
    const column = (name: keyof (typeof rows)[number]) => Float64Array.from(rows, (row) => row[name]);
    return {
      kind: this.#kind,
      count: rows.length,
      holder: Int32Array.from(column("holder")),
      holders: this.#holders.size,
      hasHolders: names.account !== undefined,
      instrument: Int32Array.from(column("instrument")),
      side: Int8Array.from(column("side")),
      value: column("value"),
      entry: column("entry"),
      leverage: column("leverage"),
      isCross: Int8Array.from(column("isCross")),
      leftOut: [...this.#reasons.values()],
    };
  }

  #refusalOf(value: number | null, key: string): string | null {
    if (value === null) return "no size";
    if (value === 0) return "a size of 0";
    if (value < 0) return "no price to value it at";
    if (value < this.#least) return `a value below ${this.#least}`;
    if (!this.#seen.has(key)) return null;
    return this.#kind === "accounts" ? "an account that stood before" : "a position that stood before";
  }

  /** At the mark, else at entry; null without a size, below 0 without a price. */
  #valueOf(row: number): number | null {
    const table = this.#table;
    const notional = table.number("notional", row);
    if (notional !== null) return Math.abs(notional);
    if (this.#kind === "accounts") {
      const [equity, leverage] = [table.number("equity", row), table.number("leverage", row)];
      return equity === null || leverage === null ? null : Math.max(0, equity * leverage);
    }
    const size = table.number("size", row);
    if (size === null || size === 0) return size;
    const price = table.number("mark_price", row) ?? table.number("entry_price", row);
    return price === null || price <= 0 ? -1 : Math.abs(size) * price;
  }

  #sideOf(row: number): number {
    if (!this.#isSigned) return 0;
    const table = this.#table;
    const word = table.text("side", row)?.toLowerCase();
    if (word !== undefined) {
      if (LONG.has(word)) return 1;
      if (SHORT.has(word)) return -1;
      throw new InputError(table.where("side", row), `expected "long" or "short", got ${JSON.stringify(word)}`);
    }
    return Math.sign(table.number("size", row) ?? table.number("notional", row) ?? 0);
  }

  #entryOf(row: number): number {
    const table = this.#table;
    if (table.names.entry_price === undefined || table.names.mark_price === undefined) return Number.NaN;
    const [entry, mark] = [table.number("entry_price", row), table.number("mark_price", row)];
    if (entry === null || entry <= 0) this.#leave("entry", "no entry price");
    else if (mark === null || mark <= 0) this.#leave("entry", "no mark price");
    else return entry / mark - 1;
    return Number.NaN;
  }

  #leverageOf(row: number, value: number): number {
    const table = this.#table;
    const leverage = table.number("leverage", row);
    if (leverage !== null) return leverage;
    const margin = table.number("margin", row);
    if (margin !== null && margin > 0) return value / margin;
    if (table.names.leverage !== undefined) this.#leave("leverage", "no leverage");
    else if (table.names.margin !== undefined) this.#leave("leverage", margin === null ? "no margin" : "a margin of 0 or less");
    return Number.NaN;
  }

  #leverageOfHolder(holder: number): number {
    const equity = this.#equity[holder] as number;
    if (equity > 0) return (this.#gross[holder] as number) / equity;
    this.#leave("leverage", Number.isNaN(equity) ? "no equity" : "an equity of 0 or less");
    return Number.NaN;
  }

  #modeOf(row: number): number {
    const word = this.#table.text("margin_mode", row)?.toLowerCase();
    if (word === undefined) return -1;
    if (word.startsWith("cross")) return 1;
    if (word.startsWith("isol")) return 0;
    throw new InputError(this.#table.where("margin_mode", row), `expected "cross" or "isolated", got ${JSON.stringify(word)}`);
  }

  #leave(from: string, reason: string): void {
    const key = `${from}: ${reason}`;
    this.#reasons.set(key, { from, reason, rows: (this.#reasons.get(key)?.rows ?? 0) + 1 });
  }
}

function numbered(numbers: Map<string, number>, name: string): number {
  const known = numbers.get(name);
  if (known !== undefined) return known;
  numbers.set(name, numbers.size);
  return numbers.size - 1;
}

/** Whether sizes tell sides by their sign. */
function hasNegative(table: HolderTable): boolean {
  for (let row = 0; row < table.rowCount; row++) {
    if ((table.number("size", row) ?? table.number("notional", row) ?? 0) < 0) return true;
  }
  return false;
}
