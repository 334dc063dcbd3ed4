/**
 * What may move the index of a contract, field by field: a generated path, the recording of a
 * file, a known crash. Each field's meaning and unit stand in `docs/shocks.md`, what must hold
 * between them in `shock-problems.ts`.
 */
import { z } from "zod";
import { TEMPLATE_NAMES } from "../shocks/template-names.ts";
import { decimalPositive, duration, instrumentSymbol, numberWithin, remark, sinceStart, wholeNumber, word } from "./fields.ts";

/** Annualised, over 365 days: 0.6 is 60 %. */
const volatility = () => numberWithin(0, 100);
/** A part of price for a year of 365 days, as a logarithm: 0.1 is e^0.1 times the price. */
const drift = () => numberWithin(-1000, 1000).default(0);
/** Of the logarithm of price, for files and templates: 1.5 is half as deep again. */
const scale = () => numberWithin(0.01, 10).default(1);
/** Of time, for files and templates: 2 takes twice as long. */
const stretch = () => numberWithin(0.01, 100).default(1);
const fileName = () => remark().min(1, { error: "expected the name of a file" });

/** Size of a jump: mean and standard deviation of what it adds to the logarithm of price. */
const jumpSizes = () => ({ mean: numberWithin(-5, 5), deviation: numberWithin(0, 5).default(0) });
const perDay = () => numberWithin(0, 100_000);

const waypoints = () =>
  z.strictObject({
    generate: z.literal("waypoints"),
    startPrice: decimalPositive(),
    waypoints: z
      .array(
        z.strictObject({
          /** Since the start. */
          at: duration(),
          /** Price against the start price, less one: −0.15 is 15 % below. */
          change: z.number({ error: "expected a number above -1" }).gt(-1, { error: "expected a number above -1" }),
        }),
      )
      .default([]),
    interpolation: z.enum(["geometric", "linear"]).default("geometric"),
    volatility: volatility().default(0),
  });

const gbm = () => z.strictObject({ generate: z.literal("gbm"), startPrice: decimalPositive(), drift: drift(), volatility: volatility() });

const merton = () =>
  z.strictObject({
    generate: z.literal("merton"),
    startPrice: decimalPositive(),
    drift: drift(),
    volatility: volatility(),
    jumps: z.strictObject({ perDay: perDay(), ...jumpSizes() }),
  });

const heston = () =>
  z.strictObject({
    generate: z.literal("heston"),
    startPrice: decimalPositive(),
    drift: drift(),
    /** Annualised variances: 0.36 is a volatility of 60 %. */
    variance: z.strictObject({
      start: numberWithin(0, 10_000),
      mean: numberWithin(0, 10_000),
      /** A year. */
      reversion: numberWithin(0, 1_000_000),
      volatility: numberWithin(0, 10_000),
    }),
    correlation: numberWithin(-1, 1).default(0),
  });

const garch = () =>
  z.strictObject({
    generate: z.literal("garch"),
    startPrice: decimalPositive(),
    drift: drift(),
    /** One of the two: the long-run volatility, or the constant of the variance of a period. */
    volatility: volatility().optional(),
    omega: numberWithin(0, 1).optional(),
    alpha: numberWithin(0, 1),
    beta: numberWithin(0, 1),
    startVolatility: volatility().optional(),
    period: duration().default("1m"),
    /** Of Student's t, in place of normal innovations. */
    degreesOfFreedom: wholeNumber(3, 100).optional(),
  });

/** With one or more each jump brings about another, and so on for ever. */
const BRANCHING = "expected a number from 0 to below 1";

const hawkes = () =>
  z.strictObject({
    generate: z.literal("hawkes"),
    startPrice: decimalPositive(),
    drift: drift(),
    volatility: volatility().default(0),
    jumps: z.strictObject({
      /** Of those that no other jump brought about. */
      perDay: perDay(),
      /** How many a jump brings about in the mean. */
      branching: z.number({ error: BRANCHING }).min(0, { error: BRANCHING }).lt(1, { error: BRANCHING }),
      halfLife: duration(),
      ...jumpSizes(),
    }),
  });

const bootstrap = () =>
  z.strictObject({
    generate: z.literal("bootstrap"),
    startPrice: decimalPositive(),
    bars: fileName(),
    symbol: remark().min(1).optional(),
    block: duration(),
    blocks: word("stationary", "fixed"),
    /** Whether several contracts take the same blocks. */
    draws: word("own", "common"),
    scale: scale(),
  });

const generatedShock = () =>
  z.discriminatedUnion("generate", [waypoints(), gbm(), merton(), heston(), garch(), hawkes(), bootstrap()], {
    error: (issue) => (issue.code === "invalid_union" ? undefined : "expected an object"),
  });

const recordedShock = () =>
  z.strictObject({
    from: fileName(),
    /** Bars, or a price at each time: of trades, of a mark, of an index. */
    series: word("bars", "prices"),
    symbol: remark().min(1).optional(),
    /** Of a DuckDB database, for bars; left out, the only one. */
    table: remark().min(1).optional(),
    snap: z.boolean().default(false),
    gaps: word("refuse", "hold", "interpolate"),
    /** Of a series of prices: what is longer is a gap; left out, a minute. */
    maxGap: duration().optional(),
    startPrice: decimalPositive().optional(),
    scale: scale(),
    stretch: stretch(),
  });

const templateShock = () =>
  z.strictObject({
    template: z.enum(TEMPLATE_NAMES),
    /** Whose path of that crash: left out, the first. */
    of: remark().min(1).optional(),
    /** How far into the crash the run begins, in the crash's own time. */
    skip: sinceStart().default("0s"),
    startPrice: decimalPositive().optional(),
    scale: scale(),
    stretch: stretch(),
    /** Of the bridges between the waypoints; left out: the template's own. */
    volatility: volatility().optional(),
  });

/** What moves the index of one contract. */
const oneShock = () => z.union([generatedShock(), recordedShock(), templateShock()]);

/** One for each contract, by its symbol. */
const shocksBySymbol = () => z.record(instrumentSymbol(), oneShock()).meta({ minProperties: 1 });

/** What moves the index of one contract. */
export type Shock = z.output<ReturnType<typeof oneShock>>;
/** A path that is drawn. */
export type GeneratedShock = z.output<ReturnType<typeof generatedShock>>;
/** The recording of a file. */
export type RecordedShock = z.output<ReturnType<typeof recordedShock>>;
/** A known crash. */
export type TemplateShock = z.output<ReturnType<typeof templateShock>>;

/** How a scenario states its shocks: the one there is, or one for each contract by symbol. */
export type ShockForm = "one" | "by-symbol";

/** Schemas of a scenario's `shock` by form; `either` is for what reads no scenario but describes one. */
export const shockSchemas = {
  one: oneShock,
  "by-symbol": shocksBySymbol,
  either: () => z.union([generatedShock(), recordedShock(), templateShock(), shocksBySymbol()]),
};

/** How what moves several contracts hangs together. */
export const shockCorrelation = () =>
  z
    .strictObject({
      /** Whose rows the matrix has; left out: all contracts whose shocks take normal draws, in the scenario's order. */
      symbols: z.array(instrumentSymbol()).optional(),
      matrix: z.array(z.array(numberWithin(-1, 1))).min(2, { error: "expected at least two rows" }),
      copula: word("normal", "t"),
      degreesOfFreedom: wholeNumber(1, 100).optional(),
      jumps: word("own", "common"),
    })
    .nullable()
    .default(null);

/** Times in which whoever quotes shows less. */
export const droughts = () =>
  z
    .array(
      z.strictObject({
        at: sinceStart(),
        for: duration(),
        /** Part of the ordinary depth that is left. */
        depth: numberWithin(0, 1),
        /** How long the rest takes to come back after it. */
        recovery: sinceStart().default("0s"),
        /** Left out: all. */
        instrument: instrumentSymbol().optional(),
      }),
    )
    .default([]);
