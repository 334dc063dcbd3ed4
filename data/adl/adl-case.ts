/**
 * A snapshot and a request in the whole units that ADL policies work in (ADL-3): linear
 * contracts of multiplier 1, money in whole quanta of 0.000001, values rounded half to even.
 */
import type { AdlCandidates, AdlColumn, AdlRequest } from "../../sim/clearing/adl/policy.ts";
import { InputError } from "../../sim/kernel/input-error.ts";
import { type Decimal, parseDecimal, parseWhole, snapWhole } from "../../sim/venue/decimal.ts";
import { rounded } from "../../sim/venue/rational.ts";
import { show } from "../scenario/problem.ts";
import { decimalText, difference, times, wholeDecimal } from "./exact-decimal.ts";
import type { Snapshot, SnapshotColumn, SnapshotPosition } from "./read-snapshot.ts";

/** One unit of money. */
export const MONEY_QUANTUM = "0.000001";
/** Its decimal places. */
export const MONEY_PLACES = 6;

/** What is asked: all numbers are decimal text in natural units. */
export interface AdlQuestion {
  /** Side of the bankrupt position. */
  readonly side: "long" | "short";
  /** What of it is to be closed. */
  readonly size: string;
  readonly mark: string;
  /** Price at which the counterparties are closed. */
  readonly price: string;
  /** One lot. */
  readonly lot: string;
}

/** A question on a snapshot, ready for any policy. */
export interface AdlCase {
  readonly file: string;
  readonly request: AdlRequest;
  readonly candidates: AdlCandidates;
  /** The candidates' rows, one per index. */
  readonly rows: readonly SnapshotPosition[];
  /** Positions on the other side whose equity would fall below 0 if all were closed at the price. */
  readonly ineligible: readonly SnapshotPosition[];
  /** Every position that has an open profit at mark, whatever its side, with the profit in quanta. */
  readonly winners: readonly { readonly row: SnapshotPosition; readonly profit: number; readonly value: Decimal }[];
  /** Columns that a policy may need and that are not there, with what is missing. */
  readonly missing: ReadonlyMap<AdlColumn, string>;
  readonly lot: Decimal;
  readonly mark: Decimal;
  readonly price: Decimal;
  /** What a counterparty loses a lot, closed at the price instead of the mark; negative when it gains. */
  readonly lossPerLot: Decimal;
}

/** From which columns of a snapshot each column of the candidates comes. */
const SOURCES: Readonly<Record<AdlColumn, readonly SnapshotColumn[]>> = {
  leverageHundredths: ["leverage", "max_leverage"],
  grossNotional: ["gross_notional"],
  requirement: ["requirement"],
};

/**
 * Makes the case.
 * @throws InputError naming the option or file, row and column: no positive number, no whole lots, an amount beyond 2^53 quanta
 */
export function adlCase(snapshot: Snapshot, question: AdlQuestion): AdlCase {
  const lot = positive(question.lot, "--lot");
  const mark = positive(question.mark, "--mark");
  const price = positive(question.price, "--price");
  positive(question.size, "--size");
  const lots = parseWhole(question.size, question.lot, "--size");
  const bankruptSide = question.side === "short" ? -1 : 1;
  const request: AdlRequest = {
    bankruptSide,
    lots,
    markValue: quantaOf(valueOf(lots, lot, mark), "--size × --mark"),
    priceValue: quantaOf(valueOf(lots, lot, price), "--size × --price"),
  };
  const gap = bankruptSide === -1 ? difference(mark, price) : difference(price, mark);
  const lossPerLot = times(gap, lot);
  const positions = snapshot.positions.map((row) => measured(snapshot.file, row, question.lot, lot, mark));
  const opposite = positions.filter(({ side }) => side === -bankruptSide);
  const eligible = opposite.filter(({ row, lots: held }) => staysSolvent(parseDecimal(row.equity, "equity"), held, lossPerLot));
  const chosen = new Set(eligible);
  return {
    file: snapshot.file,
    request,
    candidates: columnsOf(snapshot.file, eligible),
    rows: eligible.map(({ row }) => row),
    ineligible: opposite.filter((position) => !chosen.has(position)).map(({ row }) => row),
    winners: positions
      .filter(({ profit }) => profit > 0)
      .map(({ row, profit, lots: held }) => ({ row, profit, value: valueOf(held, lot, mark) })),
    missing: missingColumns(snapshot, eligible),
    lot,
    mark,
    price,
    lossPerLot,
  };
}

/** The exact value of lots at a price. */
export function valueOf(lots: number, lot: Decimal, price: Decimal): Decimal {
  return times(times(wholeDecimal(lots), lot), price);
}

/**
 * The nearest whole quanta of an amount, ties to even.
 * @throws InputError when they are beyond 2^53
 */
export function quantaOf(amount: Decimal, where: string): number {
  const scaled = { numerator: amount.digits * 10n ** BigInt(MONEY_PLACES), denominator: 10n ** BigInt(amount.places) };
  const quanta = Number(rounded(scaled, "half-even"));
  if (Number.isSafeInteger(quanta)) return quanta;
  throw new InputError(where, `${decimalText(amount)} is beyond ±(2^53 − 1) quanta of ${MONEY_QUANTUM}`);
}

interface Measured {
  readonly row: SnapshotPosition;
  readonly side: -1 | 1;
  readonly lots: number;
  readonly value: number;
  readonly entryValue: number;
  readonly profit: number;
}

function measured(file: string, row: SnapshotPosition, lotText: string, lot: Decimal, mark: Decimal): Measured {
  const where = `${file}: ${row.row}`;
  const signed = parseWhole(row.size, lotText, `${where}: size`);
  const [lots, side] = signed < 0 ? [-signed, -1 as const] : [signed, 1 as const];
  const value = quantaOf(valueOf(lots, lot, mark), `${where}: size × --mark`);
  const entryValue = quantaOf(valueOf(lots, lot, parseDecimal(row.entryPrice, "entry_price")), `${where}: size × entry_price`);
  return { row, side, lots, value, entryValue, profit: side * (value - entryValue) + 0 };
}

/** True when what is left of equity after closing all lots off mark is ≥ 0, exactly. */
function staysSolvent(equity: Decimal, lots: number, lossPerLot: Decimal): boolean {
  return difference(equity, times(wholeDecimal(lots), lossPerLot)).digits >= 0n;
}

function columnsOf(file: string, positions: readonly Measured[]): AdlCandidates {
  const quanta = (text: string | null, { row }: SnapshotPosition, column: SnapshotColumn) =>
    text === null ? 0 : snapWhole(text, MONEY_QUANTUM, `${file}: ${row}: ${column}`);
  return {
    account: positions.map(({ row }) => row.accountNumber),
    lots: positions.map(({ lots }) => lots),
    entryValue: positions.map(({ entryValue }) => entryValue),
    value: positions.map(({ value }) => value),
    profit: positions.map(({ profit }) => profit),
    equity: positions.map(({ row }) => quanta(row.equity, row, "equity")),
    leverageHundredths: positions.map(({ row }) => leverageOf(file, row)),
    grossNotional: positions.map(({ row, value }) => {
      // An isolated position is alone in its scope.
      if (row.grossNotional === null && row.marginMode === "isolated") return value;
      return quanta(row.grossNotional, row, "gross_notional");
    }),
    requirement: positions.map(({ row }) => quanta(row.requirement, row, "requirement")),
  };
}

function leverageOf(file: string, { row, leverage, maxLeverage }: SnapshotPosition): number {
  const text = leverage ?? maxLeverage;
  if (text === null) return 0;
  const where = `${file}: ${row}: ${leverage === null ? "max_leverage" : "leverage"}`;
  const hundredths = snapWhole(text, "0.01", where);
  if (hundredths === 0) throw new InputError(where, `expected at least 0.01, got ${show(text)}`);
  return hundredths;
}

function missingColumns({ columns }: Snapshot, eligible: readonly Measured[]): Map<AdlColumn, string> {
  const isEmpty: Readonly<Record<AdlColumn, (row: SnapshotPosition) => boolean>> = {
    leverageHundredths: ({ leverage, maxLeverage }) => leverage === null && maxLeverage === null,
    grossNotional: ({ grossNotional, marginMode }) => grossNotional === null && marginMode !== "isolated",
    requirement: ({ requirement }) => requirement === null,
  };
  const missing = new Map<AdlColumn, string>();
  for (const column of Object.keys(SOURCES) as AdlColumn[]) {
    const names = SOURCES[column].join(" or ");
    const empty = eligible.find(({ row }) => isEmpty[column](row));
    const isThere = SOURCES[column].some((name) => columns.has(name));
    if (!isThere && (empty !== undefined || eligible.length === 0)) missing.set(column, `column ${names}, which the snapshot lacks`);
    else if (empty !== undefined) missing.set(column, `column ${names}, which is empty in ${empty.row.row}`);
  }
  return missing;
}

function positive(text: string, where: string): Decimal {
  const decimal = parseDecimal(text, where);
  if (decimal.digits <= 0n) throw new InputError(where, `expected more than 0, got ${show(text)}`);
  return decimal;
}
