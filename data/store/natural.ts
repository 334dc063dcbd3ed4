/**
 * The `<table>_natural` views: prices, sizes and amounts as DECIMAL in natural units,
 * times as TIMESTAMPTZ in UTC. Whole units are multiplied by the exact decimal of
 * their tick, lot or quantum; no price goes through a binary double (UNIT-2).
 */
import { InputError } from "../../sim/kernel/input-error.ts";
import { type Decimal, parseDecimal } from "../../sim/venue/decimal.ts";
import { sqlName, sqlText } from "./database.ts";
import { unitSuffix } from "./format.ts";

/** A row of `instruments`, as far as scales need it. */
export interface InstrumentScale {
  readonly instrument: number;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly settleAsset: number;
}

/** A row of `assets`. */
export interface AssetScale {
  readonly asset: number;
  readonly symbol: string;
  readonly quantum: string;
}

/** The scales of a run's whole units. */
export interface Scales {
  readonly instruments: readonly InstrumentScale[];
  readonly assets: readonly AssetScale[];
}

/** A column as DuckDB describes it. */
export interface StoredColumnType {
  readonly name: string;
  readonly type: string;
}

/** A unit that depends on the row: which decimal for which value of `key`. */
interface UnitByRow {
  readonly key: string;
  readonly units: readonly { readonly when: string; readonly unit: string }[];
}

/** Digits of a BIGINT, the widest whole number: the rest of DECIMAL's 38 is left to the unit. */
const WHOLE_DIGITS = 19;
const UNIT_DIGITS_MOST = 38 - WHOLE_DIGITS;

/**
 * The SELECT of a table's natural view. Columns keep their order; one that ends in a
 * unit loses it (`price_ticks` → `price`), unless another column has that name already.
 * @param source what to select from, as SQL
 * @param beside scales of others whose rows will stand in the same columns, which get as many places as any of them needs
 */
export function naturalSelect(
  source: string,
  columns: readonly StoredColumnType[],
  scales: Scales,
  beside: readonly Scales[] = [],
): string {
  const names = new Set(columns.map((column) => column.name));
  const selected = columns.map((column) => {
    const suffix = unitSuffix(column.name);
    if (suffix === null) return sqlName(column.name);
    const expression = naturalColumn(column, suffix, names, scales, beside);
    return expression === null ? sqlName(column.name) : `${expression} AS ${sqlName(naturalColumnName(column.name, names))}`;
  });
  return `SELECT ${selected.join(", ")} FROM ${source}`;
}

/**
 * What a column is called in its table's natural view.
 * @param names of all columns of the table
 */
export function naturalColumnName(name: string, names: ReadonlySet<string>): string {
  const suffix = unitSuffix(name);
  const short = suffix === null ? name : name.slice(0, -suffix.length - 1);
  return names.has(short) ? name : short;
}

function naturalColumn(
  column: StoredColumnType,
  suffix: string,
  names: ReadonlySet<string>,
  scales: Scales,
  beside: readonly Scales[],
): string | null {
  const name = sqlName(column.name);
  if (suffix === "us") return `make_timestamptz(${name})`;
  const units = unitsOf(column.name, suffix, names, scales);
  if (units === null) return null;
  const real = column.type === "DOUBLE";
  const all = [scales, ...beside].flatMap((each) => unitsOf(column.name, suffix, names, each)?.units ?? []);
  const scale = Math.max(0, ...all.map(({ unit }) => unitDecimal(unit).places));
  const whole = real ? name : `CAST(${name} AS DECIMAL(${WHOLE_DIGITS}, 0))`;
  const type = real ? "DOUBLE" : `DECIMAL(${UNIT_DIGITS_MOST}, ${scale})`;
  const literal = (unit: string) => `CAST(${sqlText(unitText(unit))} AS ${type})`;
  const distinct = new Set(units.units.map(({ unit }) => unitText(unit)));
  const [only] = units.units;
  const factor =
    distinct.size === 1 && only !== undefined
      ? literal(only.unit)
      : `CASE ${units.key} ${units.units.map(({ when, unit }) => `WHEN ${when} THEN ${literal(unit)}`).join(" ")} END`;
  const product = `${whole} * ${factor}`;
  return real ? product : `CAST(${product} AS DECIMAL(38, ${scale}))`;
}

/** Which unit applies in which row, or null when the table does not say. */
function unitsOf(name: string, suffix: string, names: ReadonlySet<string>, scales: Scales): UnitByRow | null {
  const { instruments, assets } = scales;
  const quantumOf = (asset: number) => assets.find((row) => row.asset === asset)?.quantum;
  if (names.has("instrument")) {
    const units = instruments.flatMap((row) => {
      const unit = suffix === "ticks" ? row.tickSize : suffix === "lots" ? row.lotSize : quantumOf(row.settleAsset);
      return unit === undefined ? [] : [{ when: String(row.instrument), unit }];
    });
    return units.length === 0 ? null : { key: sqlName("instrument"), units };
  }
  if (suffix !== "quanta" || assets.length === 0) return null;
  // A pool is named product line/underlying/settlement asset.
  if (names.has("pool_name")) {
    return {
      key: `split_part(${sqlName("pool_name")}, '/', -1)`,
      units: assets.map((row) => ({ when: sqlText(row.symbol), unit: row.quantum })),
    };
  }
  // What an asset was sold for is in the asset that all instruments settle in (ACCT-6).
  if (name === "credited_quanta") {
    const unit = quantumOf(instruments[0]?.settleAsset ?? 0);
    return unit === undefined ? null : { key: "1", units: [{ when: "1", unit }] };
  }
  // An account over all instruments: its wallet is in one asset.
  if (names.has("asset")) return { key: sqlName("asset"), units: assets.map((row) => ({ when: String(row.asset), unit: row.quantum })) };
  const distinct = new Set(assets.map((row) => unitText(row.quantum)));
  return distinct.size === 1 ? { key: "1", units: assets.slice(0, 1).map((row) => ({ when: "1", unit: row.quantum })) } : null;
}

/**
 * Refuses a scale that is no positive decimal of at most 19 digits.
 * @param where file and column, for the error
 */
export function checkScale(unit: string, where: string): void {
  unitDecimal(unit, where);
}

function unitDecimal(unit: string, where = "scale"): Decimal {
  const decimal = parseDecimal(unit, where);
  const digits = Math.max(decimal.digits.toString().length, decimal.places);
  if (decimal.digits <= 0n || digits > UNIT_DIGITS_MOST) {
    throw new InputError(where, `expected a positive decimal of at most ${UNIT_DIGITS_MOST} digits, got ${JSON.stringify(unit)}`);
  }
  return decimal;
}

/** The unit in plain digits, without an exponent. */
function unitText(unit: string): string {
  const { digits, places } = unitDecimal(unit);
  const text = digits.toString().padStart(places + 1, "0");
  return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
}
