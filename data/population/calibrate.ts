/** From a table of positions or accounts to a scenario's `population`, and a report of how well it fits. */
import { type ColumnNames, type HolderColumn, readHolderTable } from "./columns.ts";
import { type CrossFit, ENTRY_LEAST, ENTRY_MOST, fitCross, fitEntries, fitHoldings, fitLeverage, type LeverageFit } from "./fit-shares.ts";
import { type Fit, fitSize, type SizeFamily } from "./fit-size.ts";
import { type HolderSample, type LeftOut, type SampleKind, sampleOf } from "./sample.ts";
import { distanceBetween, rounded } from "./statistics.ts";

/** What may be said of a table. */
export interface CalibrationOptions {
  readonly kind?: SampleKind | "auto" | undefined;
  readonly instrument?: string | undefined;
  /** Names of columns by what they hold. */
  readonly columns?: ColumnNames | undefined;
  /** Positions worth less are left out, settlement asset; a hundredth when left out. */
  readonly least?: number | undefined;
  /** This family of sizes, instead of the nearest. */
  readonly size?: SizeFamily | undefined;
}

/** What was read, what was fitted, and how well. */
export interface Calibration {
  readonly file: string;
  readonly kind: SampleKind;
  readonly instrument: string | null;
  /** By what they hold, the columns that were used. */
  readonly columns: Readonly<Partial<Record<HolderColumn, string>>>;
  readonly rows: number;
  readonly used: number;
  readonly accounts: number;
  readonly leftOut: readonly LeftOut[];
  /** The `population` of a scenario. */
  readonly population: Readonly<Record<string, unknown>>;
  readonly fits: Fits;
  /** Fields that the table says nothing of, and why: they keep their defaults. */
  readonly notFitted: readonly { readonly field: string; readonly reason: string }[];
}

/** Fits by field of `population`. */
export interface Fits {
  readonly size: Fit;
  readonly longSize?: Fit;
  readonly shortSize?: Fit;
  readonly leverage?: LeverageFit;
  readonly long?: Fit;
  readonly short?: Fit;
  readonly cross?: CrossFit;
  readonly sides?: { readonly longShare: number; readonly longValue: number; readonly shortValue: number };
}

/** What is told apart, one part of a population after the other. */
interface Draft {
  readonly population: Record<string, unknown>;
  readonly fits: { -readonly [Name in keyof Fits]: Fits[Name] };
  readonly leftOut: LeftOut[];
  readonly notFitted: { field: string; reason: string }[];
}

const LEAST = 0.01;
const ACCOUNTS_MOST = 10_000_000;

/**
 * Reads a table and fits the distributions of its holders.
 * @throws InputError naming file, row and value: what cannot be read, no column for what is needed, no row that can be used
 */
export async function calibrate(
  file: string,
  { kind = "auto", instrument, columns, least = LEAST, size }: CalibrationOptions = {},
): Promise<Calibration> {
  const table = await readHolderTable(file, columns);
  const sample = sampleOf(table, kind, instrument ?? null, least);
  const values = [...sample.value].sort((a, b) => a - b);
  const fits = { size: fitSize(values, size ?? null) };
  const draft: Draft = {
    population: { accounts: Math.min(sample.holders, ACCOUNTS_MOST), size: fits.size.parameters },
    fits,
    leftOut: [...sample.leftOut],
    notFitted: [],
  };
  addHoldings(draft, sample, instrument !== undefined);
  addSides(draft, sample, size ?? null);
  addLeverage(draft, sample);
  addEntries(draft, sample);
  addModes(draft, sample);
  const { population, leftOut, notFitted } = draft;
  return {
    file,
    kind: sample.kind,
    instrument: instrument ?? null,
    columns: table.names,
    rows: table.rowCount,
    used: sample.count,
    accounts: sample.holders,
    leftOut,
    population,
    fits: draft.fits,
    notFitted,
  };
}

function addHoldings({ population, notFitted }: Draft, sample: HolderSample, isOfOne: boolean): void {
  if (sample.kind === "accounts" || !sample.hasHolders) {
    const reason = sample.kind === "accounts" ? "a table of accounts does not tell positions apart" : "no column of accounts";
    for (const field of ["instrumentsEach", "hedgedShare"]) notFitted.push({ field, reason });
    return;
  }
  const { instrumentsEach, hedgedShare } = fitHoldings(sample);
  if (!isOfOne && (instrumentsEach.length > 1 || instrumentsEach[0]?.value !== 1)) population["instrumentsEach"] = instrumentsEach;
  if (hedgedShare > 0) population["hedgedShare"] = hedgedShare;
}

/** So many of either side before their sizes are told apart. */
const SIDE_COUNT_LEAST = 30;

function addSides({ population, fits, notFitted }: Draft, { count, side, value }: HolderSample, asked: SizeFamily | null): void {
  const of = (sign: number) => Array.from(value.filter((_, row) => side[row] === sign)).sort((a, b) => a - b);
  const [longs, shorts] = [of(1), of(-1)];
  if (longs.length + shorts.length < count) {
    notFitted.push({ field: "longShare", reason: "no column of sides, and no size below 0" });
    return;
  }
  const longShare = rounded(longs.length / count);
  const sum = (values: readonly number[]) => rounded(values.reduce((total, one) => total + one, 0));
  fits.sides = { longShare, longValue: sum(longs), shortValue: sum(shorts) };
  population["longShare"] = Math.min(0.99, Math.max(0.01, longShare));
  if (longs.length < SIDE_COUNT_LEAST || shorts.length < SIDE_COUNT_LEAST) return;
  // What chance alone exceeds once in a hundred.
  const critical = 1.63 * Math.sqrt((longs.length + shorts.length) / (longs.length * shorts.length));
  if (distanceBetween(longs, shorts) <= Math.max(0.05, critical)) return;
  fits.longSize = fitSize(longs, asked);
  fits.shortSize = fitSize(shorts, asked);
  population["longSize"] = fits.longSize.parameters;
  population["shortSize"] = fits.shortSize.parameters;
}

const LEVERAGE_MOST = 1000;

function addLeverage({ population, fits, leftOut, notFitted }: Draft, { leverage, value }: HolderSample): void {
  const given = Array.from(leverage, (own, row) => ({ leverage: own, value: value[row] as number })).filter(
    ({ leverage }) => !Number.isNaN(leverage),
  );
  const note = (reason: string, rows: number) => {
    if (rows > 0) leftOut.push({ from: "leverage", reason, rows });
  };
  note("a leverage of 0 or less", given.filter((one) => one.leverage <= 0).length);
  note(`a leverage above ${LEVERAGE_MOST}`, given.filter((one) => one.leverage > LEVERAGE_MOST).length);
  note("a leverage below 1, taken as 1", given.filter((one) => one.leverage > 0 && one.leverage < 1).length);
  const usable = given
    .filter((one) => one.leverage > 0 && one.leverage <= LEVERAGE_MOST)
    .map((one) => ({ ...one, leverage: Math.max(1, one.leverage) }));
  if (usable.length === 0) {
    notFitted.push({
      field: "leverage",
      reason: given.length > 0 ? "none from 1 to 1000" : "no column of leverage, margin or equity with values",
    });
    return;
  }
  fits.leverage = fitLeverage(usable);
  population["leverage"] = fits.leverage.leverage;
  if (fits.leverage.leverageBySize !== undefined) population["leverageBySize"] = fits.leverage.leverageBySize;
}

function addEntries({ population, fits, leftOut, notFitted }: Draft, { entry, side }: HolderSample): void {
  const isWithin = (one: number) => one >= ENTRY_LEAST && one <= ENTRY_MOST;
  const beyond = entry.filter((one) => !Number.isNaN(one) && !isWithin(one)).length;
  if (beyond > 0) leftOut.push({ from: "entry", reason: `entry ÷ mark − 1 beyond ${ENTRY_LEAST} to ${ENTRY_MOST}`, rows: beyond });
  const of = (sign: number) => Array.from(entry.filter((one, row) => side[row] === sign && isWithin(one))).sort((a, b) => a - b);
  const [longs, shorts] = [of(1), of(-1)];
  if (longs.length === 0 || shorts.length === 0) {
    const reason =
      longs.length + shorts.length === 0
        ? "no rows with a side, an entry price and a mark price"
        : `no ${longs.length === 0 ? "longs" : "shorts"} with entry price and mark price`;
    notFitted.push({ field: "entry", reason });
    return;
  }
  fits.long = fitEntries(longs);
  fits.short = fitEntries(shorts);
  population["entry"] = { long: fits.long.parameters, short: fits.short.parameters };
}

function addModes({ population, fits, notFitted }: Draft, { count, holder, holders, value, isCross }: HolderSample): void {
  const values = new Float64Array(holders);
  const crossValue = new Float64Array(holders);
  const isTold = new Uint8Array(holders);
  for (let row = 0; row < count; row++) {
    const whose = holder[row] as number;
    const own = value[row] as number;
    if (isCross[row] === -1) continue;
    isTold[whose] = 1;
    values[whose] = (values[whose] as number) + own;
    if (isCross[row] === 1) crossValue[whose] = (crossValue[whose] as number) + own;
  }
  // Who margins some positions together and some not is what most of the value is.
  const told = Array.from(values, (own, whose) => ({ value: own, isCross: Number((crossValue[whose] as number) * 2 > own) }));
  const usable = told.filter((_, whose) => isTold[whose] === 1);
  if (usable.length === 0) {
    notFitted.push({ field: "crossShare", reason: "no column of margin modes with values" });
    return;
  }
  fits.cross = fitCross(usable);
  population["crossShare"] = fits.cross.crossShare;
  if (fits.cross.crossShareBySize !== undefined) population["crossShareBySize"] = fits.cross.crossShareBySize;
}
