/** Schemas of single fields: decimals, durations, times, names. Their patterns also stand in the JSON Schema. */
import { z } from "zod";
import { DURATION_PATTERN, parseDuration, parseTime, TIME_PATTERN } from "../../sim/kernel/time.ts";
import { compareDecimals, parseDecimal, parseFraction, parseRatio, parseWhole } from "../../sim/venue/decimal.ts";

const DECIMAL = /^[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?$/;
const NOT_NEGATIVE = /^\+?\d+(\.\d+)?([eE][+-]?\d{1,2})?$/;
const POSITIVE = /^\+?(?=[\d.]*[1-9])\d+(\.\d+)?([eE][+-]?\d{1,2})?$/;

const FRACTION = /^\d+(\.\d+|\/\d+)?$/;

/** An asset's symbol, such as `USDT`. */
const ASSET_PATTERN = /^[A-Za-z0-9]{1,20}$/;
/** A contract's symbol, such as `BTC-USDT`. */
const SYMBOL_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;
/** A scenario's name: it also names a directory. */
const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$/;

/** Rates are computed with as ratios of safe integers (UNIT-2). */
const TOO_LONG = "expected a rate with at most 15 decimals";

/** A text that matches a pattern, or `expected`. */
function text(pattern: RegExp, expected: string) {
  const error = `expected ${expected}`;
  return z.string({ error }).regex(pattern, { error, abort: true });
}

/** An amount, price or size as decimal text, zero or more. */
export const decimalNotNegative = () => text(NOT_NEGATIVE, 'a decimal of at least 0 as text, such as "0.5"');

/** As `decimalNotNegative`, but above zero. */
export const decimalPositive = () => text(POSITIVE, 'a decimal above 0 as text, such as "0.5"');

/** A part of a value as decimal text: zero or more and below 1; between −1 and 1 when it may be a rebate. */
export function rate(sign: "not-negative" | "any" = "not-negative") {
  const range = sign === "any" ? "between -1 and 1" : "from 0 to below 1";
  const expected = `a rate ${range} as text, such as "0.0005"`;
  return text(sign === "any" ? DECIMAL : NOT_NEGATIVE, expected)
    .refine((value) => accepts(() => isBelowOne(value)), { error: `expected ${expected}`, abort: true })
    .refine(isRatio, { error: TOO_LONG });
}

/** A part of a value as decimal text up to 1: above zero unless `range` says otherwise. */
export function rateUpToOne(range: "above 0 to 1" | "from 0 to 1" = "above 0 to 1") {
  const expected = `a rate ${range} as text, such as "0.05"`;
  return text(range === "from 0 to 1" ? NOT_NEGATIVE : POSITIVE, expected)
    .refine((value) => compareDecimals(value, "1") <= 0, { error: `expected ${expected}`, abort: true })
    .refine(isRatio, { error: TOO_LONG });
}

/** A part above 0 up to 1, as a decimal or as two whole numbers: `0.5`, `2/3`. */
export function fractionUpToOne() {
  const error = 'expected a fraction above 0 to 1 as text, such as "2/3" or "0.5"';
  return text(FRACTION, error.slice("expected ".length)).refine(
    (value) =>
      accepts(() => {
        const { numerator, denominator } = parseFraction(value, "");
        return numerator > 0 && numerator <= denominator;
      }),
    { error },
  );
}

/** A positive duration as text, such as `10s`. */
export function duration() {
  return durationFrom(1, 'a duration above 0, such as "250ms", "10s" or "3h"');
}

/** A time since the start as text, `0s` or later. */
export function sinceStart() {
  return durationFrom(0, 'a duration, such as "0s", "10s" or "3h"');
}

function durationFrom(leastUs: number, expected: string) {
  return text(DURATION_PATTERN, expected).refine((value) => accepts(() => parseDuration(value, "") >= leastUs), {
    error: `expected ${expected}`,
  });
}

/** An instant in UTC as text, such as `2025-10-10T20:00:00Z`. */
export function time() {
  const expected = 'a time in UTC, such as "2025-10-10T20:00:00Z"';
  return text(TIME_PATTERN, expected).refine((value) => accepts(() => parseTime(value, "") >= 0), { error: `expected ${expected}` });
}

/** The symbol of an asset. */
export const assetSymbol = () => text(ASSET_PATTERN, 'the symbol of an asset, such as "USDT"');

/** The symbol of a contract. */
export const instrumentSymbol = () => text(SYMBOL_PATTERN, 'the symbol of a contract, such as "BTC-USDT"');

/** A name that can also be a directory's. */
export const shortName = () => text(NAME_PATTERN, 'a name of letters, digits, "-" and "_"');

/** A whole number from `least` on, up to `most` where there is one. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  const error =
    most === Number.MAX_SAFE_INTEGER ? `expected a whole number of at least ${least}` : `expected a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

/** A rate as `rate` has it, in whole hundred-millionths (MARK-3). */
export function fundingRate(sign: "not-negative" | "any" = "not-negative") {
  const error = "expected a rate with at most eight decimals";
  return rate(sign).refine((value) => accepts(() => parseWhole(value, HUNDRED_MILLIONTH, "")), { error });
}

/** The unit of funding rates. */
export const HUNDRED_MILLIONTH = "0.00000001";

/** A number within bounds, given in words too. */
export function numberWithin(least: number, most: number) {
  const error = `expected a number from ${least} to ${most}`;
  return z.number({ error }).min(least, { error }).max(most, { error });
}

/** One of some words; the first is the default. */
export function word<const Words extends readonly [string, ...string[]]>(...words: Words) {
  return z.enum(words).default(words[0] as never);
}

/** Free text on one line. */
export const remark = () => z.string({ error: "expected a text" });

function isRatio(value: string): boolean {
  return accepts(() => parseRatio(value, "") !== null);
}

function isBelowOne(value: string): boolean {
  const { digits, places } = parseDecimal(value, "");
  return (digits < 0n ? -digits : digits) < 10n ** BigInt(places);
}

/** Whether a check that may throw says no: a number, zero too, is a yes. */
function accepts(check: () => boolean | number): boolean {
  try {
    return check() !== false;
  } catch {
    return false;
  }
}
