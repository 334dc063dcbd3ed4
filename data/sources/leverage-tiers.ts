/**
 * Tier tables from what ccxt's `fetchLeverageTiers` returns: `{symbol: LeverageTier[]}`,
 * the same in freqtrade's cache (`{updated, data}`), or one bare list. ccxt's fields mean
 * different things at different venues; what is meant is read off each venue's own `info`.
 */
import { z } from "zod";
import { InputError } from "../../sim/kernel/input-error.ts";
import { compareDecimals, productOf } from "../../sim/venue/decimal.ts";
import { tierProblems } from "../scenario/contract-problems.ts";
import { isObject } from "../scenario/path.ts";
import { describeIssue, issueProblems, type Problem, problemLine } from "../scenario/problem.ts";
import type { TierTableDocument } from "../scenario/tier-table.ts";
import type { ResolvedTier } from "../scenario/venue-schema.ts";

/** How a venue's tiers are meant. */
interface Dialect {
  readonly unit: ResolvedTier["unit"];
  readonly tierScheme: "flat" | "marginal";
  /** The field of `info` with what is taken off; an empty one is 0. */
  readonly deduction: string | null;
  /** The field of `info` with the initial margin rate; without one it is 1 / `maxLeverage`. */
  readonly initialMarginRate: string | null;
  /** A field that only this venue's `info` has. */
  readonly telling: string;
}

const DIALECTS = {
  // Bounds are contracts, whatever ccxt calls them, and a tier begins one lot above the one before.
  okx: { unit: "contracts", tierScheme: "flat", deduction: null, initialMarginRate: "imr", telling: "maxSz" },
  binance: { unit: "quote", tierScheme: "marginal", deduction: "cum", initialMarginRate: null, telling: "bracket" },
  "binance-coin": { unit: "base", tierScheme: "marginal", deduction: "cum", initialMarginRate: null, telling: "qtyCap" },
  // A tier is a risk limit's number, and its symbol is null.
  bybit: { unit: "quote", tierScheme: "marginal", deduction: "mmDeduction", initialMarginRate: "initialMargin", telling: "riskLimitValue" },
  "bybit-inverse": { unit: "base", tierScheme: "marginal", deduction: "mmDeduction", initialMarginRate: "initialMargin", telling: "" },
  quote: { unit: "quote", tierScheme: "marginal", deduction: null, initialMarginRate: null, telling: "" },
} as const satisfies Readonly<Record<string, Dialect>>;

/** A venue whose tiers are understood; `quote`: bounds in quote notional, as ccxt means them, without deductions. */
export type TierVenue = keyof typeof DIALECTS;

/** The venues whose tiers are understood, for choices. */
export const TIER_VENUES = Object.keys(DIALECTS) as readonly TierVenue[];

/** What to read. */
export interface LeverageTierOptions {
  /** Told by the fields of `info` when left out. */
  readonly venue?: TierVenue;
  /** Only this symbol; left out: all. */
  readonly symbol?: string;
}

const amount = () => z.union([z.number(), z.string()]).nullish();
const LEVERAGE_TIER = z.looseObject({
  minNotional: amount(),
  maxNotional: amount(),
  maintenanceMarginRate: z.union([z.number(), z.string()]),
  maxLeverage: amount(),
  info: z.record(z.string(), z.unknown()).nullish(),
});
const LEVERAGE_TIERS = z.array(LEVERAGE_TIER).min(1);
type LeverageTier = z.output<typeof LEVERAGE_TIER>;

/** The largest number that venues write for no bound, and more: 2^63 − 1, as a double too. */
const NO_BOUND = "9223372036854000000";

/** Whether a document looks like tiers of ccxt, so that `readLeverageTiers` says what is wrong with it. */
export function isLeverageTiers(content: unknown): boolean {
  const rows =
    isObject(content) && isObject(content["data"])
      ? Object.values(content["data"])
      : isObject(content)
        ? Object.values(content)
        : [content];
  return rows.some((list) => Array.isArray(list) && isObject(list[0]) && "maintenanceMarginRate" in list[0] && "maxNotional" in list[0]);
}

/**
 * Turns ccxt's leverage tiers into tier tables, one a symbol, in the order of the file.
 * @param content the parsed JSON
 * @throws InputError naming file, symbol and field: for another shape, tiers that leave a
 *   hole or overlap, a symbol that is not there, a venue that cannot be told
 */
export function readLeverageTiers(content: unknown, file: string, options: LeverageTierOptions = {}): TierTableDocument[] {
  const lists = listsOf(content, file, options.symbol);
  return lists.map(([symbol, list]) => {
    const where = symbol === null ? file : `${file}: ${symbol}`;
    const parsed = LEVERAGE_TIERS.safeParse(list, { error: describeIssue, reportInput: true });
    if (!parsed.success) throw new InputError(where, problemLine(list, issueProblems(parsed.error.issues)[0] as Problem));
    const rows = parsed.data;
    const dialect: Dialect = DIALECTS[options.venue ?? venueOf(rows, where)];
    const tiers = rows.map((row, index) => tierOf(row, dialect, `${where}: ${index}`));
    checkOrder(rows, tiers, dialect, where);
    return { ...(symbol === null ? {} : { symbol }), tierScheme: dialect.tierScheme, tiers };
  });
}

function listsOf(content: unknown, file: string, symbol: string | undefined): [string | null, unknown][] {
  if (Array.isArray(content)) return [[symbol ?? null, content]];
  // freqtrade wraps what it keeps.
  const tables = isObject(content) && isObject(content["data"]) ? content["data"] : content;
  if (!isObject(tables) || Object.keys(tables).length === 0) {
    throw new InputError(file, "expected leverage tiers of ccxt: an object of symbols with a list of tiers each, or one list");
  }
  if (symbol === undefined) return Object.entries(tables);
  const list = tables[symbol];
  if (list !== undefined) return [[symbol, list]];
  const known = Object.keys(tables);
  const shown = known.length <= 10 ? known.join(", ") : `${known.slice(0, 10).join(", ")} and ${known.length - 10} more`;
  throw new InputError(file, `has no symbol ${JSON.stringify(symbol)} (there are ${shown})`);
}

function venueOf(rows: readonly LeverageTier[], where: string): TierVenue {
  const { info } = rows[0] as LeverageTier;
  for (const venue of TIER_VENUES) {
    const { telling } = DIALECTS[venue];
    if (telling !== "" && info != null && Object.hasOwn(info, telling)) {
      // A coin-margined bracket has both.
      return venue === "binance" && Object.hasOwn(info, DIALECTS["binance-coin"].telling) ? "binance-coin" : venue;
    }
  }
  throw new InputError(where, `cannot tell from info which venue's tiers these are: say it with --venue (${TIER_VENUES.join(", ")})`);
}

function tierOf(row: LeverageTier, dialect: Dialect, where: string): ResolvedTier {
  const { info } = row;
  const given = decimalOf(row.maxNotional, `${where}.maxNotional`);
  const leverage = decimalOf(row.maxLeverage, `${where}.maxLeverage`);
  const rate =
    dialect.initialMarginRate === null ? null : decimalOf(info?.[dialect.initialMarginRate], `${where}.info.${dialect.initialMarginRate}`);
  if (leverage === null && rate === null) throw new InputError(`${where}.maxLeverage`, "expected a leverage, got nothing");
  return {
    upTo: given === null || compareDecimals(given, NO_BOUND) >= 0 ? null : given,
    unit: dialect.unit,
    maintenanceMarginRate: decimalOf(row.maintenanceMarginRate, `${where}.maintenanceMarginRate`) ?? "0",
    ...(leverage === null ? {} : { maxLeverage: leverage }),
    ...(rate === null ? {} : { initialMarginRate: rate }),
    ...(dialect.deduction === null ? {} : deductionOf(info?.[dialect.deduction], `${where}.info.${dialect.deduction}`)),
  };
}

/** An empty deduction is 0; one that is not there at all is left to the slices. */
function deductionOf(value: unknown, where: string): { deduction?: string } {
  return value === undefined ? {} : { deduction: decimalOf(value, where) ?? "0" };
}

/** A number or its text as plain decimal text; null for nothing: null, undefined or `""`. */
function decimalOf(value: unknown, where: string): string | null {
  if (value === null || value === undefined || value === "") return null;
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || !/^\d+(\.\d+)?([eE][+-]?\d{1,2})?$/.test(text)) {
    throw new InputError(where, `expected a decimal of at least 0, got ${JSON.stringify(value)}`);
  }
  return productOf([text], where);
}

function checkOrder(rows: readonly LeverageTier[], tiers: readonly ResolvedTier[], dialect: Dialect, where: string): void {
  rows.forEach((row, index) => {
    const before = tiers[index - 1]?.upTo;
    const floor = decimalOf(row.minNotional, `${where}: ${index}.minNotional`);
    if (before == null || floor === null) return;
    const gap = compareDecimals(floor, before);
    // The bound is the edge; contracts begin one lot above it, which may be a whole contract.
    const isNext = gap === 0 || (dialect.unit === "contracts" && gap > 0 && Number(floor) - Number(before) <= 1);
    if (!isNext) {
      throw new InputError(
        `${where}: ${index}.minNotional`,
        `expected ${before}, where the tier before ends, got ${JSON.stringify(row.minNotional)}`,
      );
    }
  });
  const [problem] = tierProblems(tiers, [], () => null);
  if (problem !== undefined) throw new InputError(where, problemLine(tiers, problem));
}
