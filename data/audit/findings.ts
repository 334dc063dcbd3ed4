/** What an audit finds: cells that are not what the events give, and rows that break a rule. */

/** One difference. Amounts are whole units as text, so that JSON keeps them exact. */
export interface Difference {
  /** Table and row: `trades, trade 17`. */
  readonly where: string;
  readonly column?: string;
  readonly recorded?: string | null;
  readonly rebuilt?: string | null;
  /** What is wrong, when it is not a single cell. */
  readonly problem?: string;
}

/** A cell as it should be. */
export type Rebuilt = bigint | number | string | null;
/** A row as DuckDB returned it. */
export type RecordedRow = Readonly<Record<string, unknown>>;

/** So many are kept; the rest is only counted: one wrong cell may bring thousands after it. */
const KEPT_MOST = 1000;

/** Collects differences, and counts what was compared. */
export class Findings {
  readonly differences: Difference[] = [];
  /** All differences, kept or not. */
  count = 0;
  /** Cells compared so far. */
  cells = 0;

  /** Compares cells of a row with what they should be. */
  compare(where: string, row: RecordedRow, rebuilt: Readonly<Record<string, Rebuilt>>): void {
    for (const column in rebuilt) {
      this.cells += 1;
      const recorded = row[column];
      const expected = rebuilt[column] as Rebuilt;
      if (same(recorded, expected)) continue;
      this.#add({ where, column, recorded: textOf(recorded), rebuilt: textOf(expected) });
    }
  }

  /** Notes a broken rule, a missing row or one too many. */
  note(where: string, problem: string): void {
    this.#add({ where, problem });
  }

  #add(difference: Difference): void {
    this.count += 1;
    if (this.differences.length < KEPT_MOST) this.differences.push(difference);
  }
}

/** A difference in one line. */
export function differenceLine({ where, column, recorded, rebuilt, problem }: Difference): string {
  return column === undefined ? `${where}: ${problem}` : `${where}: ${column} is ${recorded ?? "missing"}, rebuilt ${rebuilt ?? "missing"}`;
}

/** Whole numbers come as number while safe, else as bigint. */
function same(recorded: unknown, rebuilt: Rebuilt): boolean {
  if (recorded === rebuilt) return true;
  if (typeof recorded === "number" && typeof rebuilt === "bigint") return BigInt(recorded) === rebuilt;
  return typeof recorded === "bigint" && typeof rebuilt === "number" && recorded === BigInt(rebuilt);
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** A whole number of a row; zero where it has none, which then shows as a difference. */
export function wholeOf(row: RecordedRow, column: string): bigint {
  const value = row[column];
  return typeof value === "bigint" ? value : typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : 0n;
}
