/** Distributions given by their quantiles, as a sample has them, with straight lines between these. */
import { z } from "zod";
import type { RandomStream } from "../sim/index.ts";
import { number } from "./fields.ts";

const POINTS_MOST = 1000;

/** A quantile table as columns. */
export interface QuantileColumns {
  readonly at: Float64Array;
  readonly value: Float64Array;
}

/**
 * A list of `{at, value}`: below `value` is the part `at` of all. It begins at 0 and ends at 1.
 * @param value schema of a value
 * @param numberOf what a value is as a number: values may not fall
 */
export function quantileTable<Value extends z.ZodType>(value: Value, numberOf: (value: z.output<Value>) => number) {
  const error = `expected a list of 2 to ${POINTS_MOST} quantiles {at, value}`;
  return z
    .array(z.strictObject({ at: number(0, 0, 1).removeDefault().describe("part of all that is below it"), value }), { error })
    .min(2, { error })
    .max(POINTS_MOST, { error })
    .refine((points) => points[0]?.at === 0 && points.at(-1)?.at === 1, { error: "expected quantiles from at 0 to at 1", abort: true })
    .refine((points) => isRising(points.map(({ at }) => at)), { error: "expected quantiles in rising order of at", abort: true })
    .refine((points) => isNotFalling(points.map((point) => numberOf((point as { value: z.output<Value> }).value))), {
      error: "expected quantiles whose values do not fall",
    });
}

/** A draw from a quantile table. Takes one number. */
export function drawQuantile(stream: RandomStream, { at, value }: QuantileColumns): number {
  const part = stream.next();
  let low = 0;
  let high = at.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((at[middle] as number) <= part) low = middle;
    else high = middle;
  }
  const from = value[low] as number;
  const share = (part - (at[low] as number)) / ((at[high] as number) - (at[low] as number));
  return from + ((value[high] as number) - from) * share;
}

/** Whether each number is above the one before. */
export function isRising(numbers: readonly number[]): boolean {
  return numbers.every((one, index) => index === 0 || one > (numbers[index - 1] as number));
}

function isNotFalling(numbers: readonly number[]): boolean {
  return numbers.every((one, index) => index === 0 || one >= (numbers[index - 1] as number));
}
