/** The rows of one symbol of a series. */
import { InputError } from "../../sim/kernel/input-error.ts";
import type { RawSeries, SeriesKind } from "./series-kind.ts";

/** Rows of one symbol. */
export interface ChosenRows {
  readonly raw: RawSeries;
  /** Null when neither file nor user says. */
  readonly symbol: string | null;
}

/**
 * Chooses the rows of one symbol, or gives it to rows without one.
 * @throws InputError naming file and row: several symbols and none chosen, no row of the one chosen
 */
export function chooseSymbol(raw: RawSeries, kind: SeriesKind, file: string, wanted?: string): ChosenRows {
  const { symbols } = raw;
  if (symbols === null) return { raw, symbol: wanted ?? null };
  const symbol = wanted ?? (symbols[0] as string);
  const other = symbols.findIndex((name) => name !== symbol);
  if (other === -1) return { raw, symbol };
  if (wanted === undefined)
    throw new InputError(`${file}: ${raw.rowName(other)}`, `symbol ${symbols[other]} after ${symbol}: choose one of them`);
  const rows: number[] = [];
  for (const [row, name] of symbols.entries()) if (name === wanted) rows.push(row);
  if (rows.length === 0) throw new InputError(file, `no ${kind.rowWord[1]} of symbol ${wanted}: it has those of ${symbols[0]}`);
  const pick = (column: Float64Array) => Float64Array.from(rows, (row) => column[row] as number);
  const numbers = new Map([...raw.numbers].map(([name, column]) => [name, pick(column)]));
  const rowName = (row: number) => raw.rowName(rows[row] as number);
  return { raw: { ...raw, timeUs: pick(raw.timeUs), numbers, symbols: null, rowName }, symbol };
}

/** Why times may repeat, if there is something to suspect. */
export function severalSeries({ wordColumns }: RawSeries): string {
  if (wordColumns.length === 0) return "";
  const shown = wordColumns.slice(0, 3).join(", ");
  return ` (are these several series, told apart by ${wordColumns.length === 1 ? "column" : "columns"} ${shown}? Keep one of them)`;
}
