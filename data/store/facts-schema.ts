/** `facts` of `summary.json`: what the market of each instrument looked like, to be held against real ones. */
import { z } from "zod";
import { count, measure, ratio } from "./summary-fields.ts";

const RETURNS = z.object({
  count: count(),
  volatility: measure(),
  excessKurtosis: ratio().nullable(),
  beyondFourSigma: measure(),
  tailExponent: z.object({ falls: measure().nullable(), rises: measure().nullable() }),
  autocorrelation: z.array(z.object({ lag: count(), returns: ratio().nullable(), absolute: ratio().nullable() })).readonly(),
});
const SIZES = z.object({
  count: count(),
  ...{ median: measure(), mean: measure(), quantile95: measure(), quantile99: measure(), largest: measure() },
  largestShare: measure(),
  tailExponent: measure().nullable(),
});
const DEPTH_WITHIN = z.object({
  basisPoints: count(),
  bid: measure(),
  ask: measure(),
  ofFurthest: z.object({ bid: measure().nullable(), ask: measure().nullable() }),
});
/** What the market of an instrument looked like; null where there is too little to tell. Statistics: amounts are doubles, settlement asset. */
export const INSTRUMENT_FACTS = z.object({
  symbol: z.string(),
  /** Log returns of each price over so many seconds. */
  returns: z.object({ seconds: count(), index: RETURNS.nullable(), mark: RETURNS.nullable(), mid: RETURNS.nullable() }),
  /** Part of the mid, over the marks at which both sides of the book had orders. */
  spread: z.object({ marks: count(), quantile5: ratio(), median: ratio(), quantile95: ratio() }).nullable(),
  /** Median value on each side within so many basis points of the mid, and as a part of that within the furthest. */
  depth: z.object({ samples: count(), within: z.array(DEPTH_WITHIN) }).nullable(),
  /** Value of all positions of a side at the mark, median over the samples. */
  openInterest: measure().nullable(),
  /** Rates of the intervals paid. */
  funding: z.object({ payments: count(), lowest: ratio(), median: ratio(), highest: ratio() }).nullable(),
  liquidationSizes: SIZES.nullable(),
  tradeSizes: SIZES.nullable(),
  volumePerHour: measure().nullable(),
});

/** Stylised facts of one instrument of a run. */
export type InstrumentFacts = z.infer<typeof INSTRUMENT_FACTS>;
