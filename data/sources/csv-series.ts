/** A series from CSV: with a header, or without one as Binance publishes some, or as a user says by the places of columns. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { isBarTime, isTimeText, notTime, type TimeReader, type TimeUnit, timeReader } from "./bar-time.ts";
import { type FoundColumns, findColumns, mapsPlaces } from "./columns.ts";
import { CsvFields, isNumberText } from "./csv-fields.ts";
import { CsvLines, delimiterOf, splitLine } from "./csv-lines.ts";
import { type ColumnChoice, type RawSeries, type SeriesKind, whereWords } from "./series-kind.ts";

/** How a CSV file is laid out. */
export interface CsvLayout extends ColumnChoice {
  /** `binance`: the columns of its archive, with or without a header, are expected. */
  readonly format: "auto" | "binance" | "csv";
  readonly timeUnit: TimeUnit;
  /** Between fields; `auto`: the most frequent of comma, semicolon, tab and bar in the first line. */
  readonly delimiter?: string | undefined;
}

/**
 * Reads a series from the bytes of a CSV file. Columns are found by name or mapping, in any
 * order and case; those not needed are passed over.
 * @param file for errors
 * @throws InputError naming file, line and value: empty, header only or unknown header,
 *   a wrong number of fields, what is no number or no time, no row that was asked for
 */
export function readCsvSeries(bytes: Uint8Array, file: string, kind: SeriesKind, layout: CsvLayout): RawSeries {
  const lines = new CsvLines(bytes);
  const first = lines.next();
  if (first === null || first.trim() === "") throw new InputError(file, `empty, expected a CSV file of ${kind.rowWord[1]}`);
  const delimiter = layout.delimiter === undefined || layout.delimiter === "auto" ? delimiterOf(first) : layout.delimiter;
  const fields = splitLine(first, delimiter);
  const header = headerOf(fields, file, kind, layout);
  const headless = header !== fields;
  const columns = findColumns(header, kind, layout, headless ? file : `${file}: line 1`);
  if (headless) lines.rewind();
  const words = headless ? [] : wordColumns(splitLine(lines.peek() ?? "", delimiter), columns);
  return new Rows(lines, columns, file, headless ? 1 : 2, delimiter, kind).read(layout, words);
}

/** The names of the columns: the first line, unless it holds values already. */
function headerOf(fields: readonly string[], file: string, kind: SeriesKind, layout: CsvLayout): readonly string[] {
  if (mapsPlaces(layout)) {
    const place = Number(layout.columns?.["time"]?.slice(1) ?? 1) - 1;
    return isTimeText((fields[place] ?? "").trim()) ? fields.map((_, position) => `column ${position + 1}`) : fields;
  }
  const known = kind.headless;
  const headless = known !== null && fields.length === known.length && fields.every(isNumberText);
  if (layout.format === "binance" && known !== null && !headless && !isHeader(fields, kind))
    throw new InputError(`${file}: line 1`, `expected ${known.length} numbers or their header, got ${fields.length} fields`);
  if (headless && layout.format === "csv") throw new InputError(`${file}: line 1`, "expected a header, got numbers");
  return headless ? known : fields;
}

function isHeader(fields: readonly string[], kind: SeriesKind): boolean {
  return fields.some((field) => kind.timeNames.includes(field.trim().toLowerCase()));
}

/** Names of columns not needed that hold a word in the first row. */
function wordColumns(fields: readonly string[], columns: FoundColumns): string[] {
  const used = new Set([columns.time, columns.symbol, ...[...columns.numbers, ...columns.where].map(({ position }) => position)]);
  return columns.names.filter((name, position) => name !== "" && !used.has(position) && /^[A-Za-z]/.test((fields[position] ?? "").trim()));
}

/** The rows of one file while they are read. */
class Rows {
  readonly #lines: CsvLines;
  readonly #columns: FoundColumns;
  readonly #file: string;
  readonly #firstLine: number;
  readonly #fields: CsvFields;
  readonly #kind: SeriesKind;
  #timeReader: TimeReader | null = null;

  constructor(lines: CsvLines, columns: FoundColumns, file: string, firstLine: number, delimiter: string, kind: SeriesKind) {
    this.#lines = lines;
    this.#columns = columns;
    this.#file = file;
    this.#firstLine = firstLine;
    this.#fields = new CsvFields(lines, delimiter);
    this.#kind = kind;
  }

  read(layout: CsvLayout, words: readonly string[]): RawSeries {
    const { names, numbers, symbol, where } = this.#columns;
    const fields = this.#fields;
    const room = this.#lines.countLeft();
    const timeUs = new Float64Array(room);
    const targets = numbers.map(({ name, position }) => ({ name, position, values: new Float64Array(room) }));
    const symbols: string[] | null = symbol === -1 ? null : [];
    // Rows that are passed over still count as lines.
    const kept: number[] | null = where.length === 0 ? null : [];
    let row = 0;
    for (let line = this.#firstLine; fields.next(); line++) {
      if (fields.isEmpty && this.#lines.onlyBlankLeft()) break;
      if (fields.count !== names.length) throw this.#wrongCount(line);
      if (kept !== null) {
        if (!where.every(({ position, value }) => fields.text(position) === value)) continue;
        kept.push(line);
      }
      timeUs[row] = this.#time(layout, line);
      for (const { name, position, values } of targets) {
        const value = fields.number(position);
        if (!Number.isFinite(value))
          throw new InputError(this.#at(line), `${name}: expected a number, got ${JSON.stringify(fields.text(position))}`);
        values[row] = value;
      }
      symbols?.push(fields.text(symbol));
      row++;
    }
    if (row === 0) throw this.#nothing(layout);
    const rowName = (index: number) => `line ${kept === null ? index + this.#firstLine : kept[index]}`;
    const found = new Map(targets.map(({ name, values }) => [name, values.subarray(0, row)]));
    return { timeUs: timeUs.subarray(0, row), numbers: found, symbols, rowName, wordColumns: words };
  }

  #time({ timeUnit }: CsvLayout, line: number): number {
    const { time, timeName } = this.#columns;
    const fields = this.#fields;
    this.#timeReader ??= timeReader(timeName, fields.text(time), timeUnit, this.#at(line));
    const reader = this.#timeReader;
    const timeUs = reader.unitUs === null ? reader.read(fields.text(time)) : Math.round(fields.number(time) * reader.unitUs);
    if (!isBarTime(timeUs)) throw notTime(fields.text(time), this.#at(line), timeName);
    return timeUs;
  }

  #at(line: number): string {
    return `${this.#file}: line ${line}`;
  }

  #wrongCount(line: number): InputError {
    const got = this.#fields.isEmpty ? "an empty line" : this.#fields.count;
    return new InputError(this.#at(line), `expected ${this.#columns.names.length} fields, got ${got}`);
  }

  #nothing({ where = {} }: CsvLayout): InputError {
    const several = this.#kind.rowWord[1];
    if (this.#columns.where.length > 0) return new InputError(this.#file, `no ${several} with ${whereWords(where)}`);
    return new InputError(this.#file, `no ${several} after the header`);
  }
}
