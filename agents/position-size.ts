/** How large positions are: lognormal, a power law between two bounds, or the quantiles of a sample. */
import exp from "@stdlib/math-base-special-exp";
import ln from "@stdlib/math-base-special-ln";
import { z } from "zod";
import { type Asset, lognormal, type RandomStream } from "../sim/index.ts";
import { inQuanta, money, number } from "./fields.ts";
import { drawQuantile, quantileTable } from "./quantiles.ts";

/** An amount without a default. */
export const amount = () => money("1").removeDefault();

/** The default: lognormal. */
const lognormalSize = z.strictObject({
  distribution: z.literal("lognormal").optional(),
  median: money("6000").describe("median value of a position, settlement asset"),
  spread: number(1.5, 0, 4).describe("standard deviation of the logarithm of values"),
});

const paretoSize = z
  .strictObject({
    distribution: z.literal("pareto"),
    least: amount().describe("no value is below it, settlement asset"),
    most: amount().describe("no value is above it"),
    exponent: number(1, 0.01, 20).removeDefault().describe("beyond x is the part (least ÷ x)^exponent, were there no most"),
  })
  .refine(({ least, most }) => Number(most) > Number(least), { error: "expected a most above least", path: ["most"] });

const quantileSize = z.strictObject({
  distribution: z.literal("quantiles"),
  quantiles: quantileTable(amount(), Number).describe("values of positions, settlement asset; between two of them logarithms are even"),
});

/** `size`, `longSize` and `shortSize` of a population. */
export const positionSize = () =>
  z.discriminatedUnion("distribution", [lognormalSize, paretoSize, quantileSize], {
    error: ({ input }) =>
      input !== null && typeof input === "object" && !Array.isArray(input)
        ? 'expected one of "lognormal", "pareto", "quantiles"'
        : "expected an object",
  });

export type PositionSize = z.output<ReturnType<typeof positionSize>>;

/**
 * What draws values of positions, in quanta. The lognormal takes two numbers a draw, the others one.
 * @param where the field, for errors
 * @throws InputError for an amount finer than a quantum
 */
export function sizeDrawer(size: PositionSize, asset: Asset, where: string): (stream: RandomStream) => number {
  if (size.distribution === "pareto") {
    const least = inQuanta(size.least, asset, `${where}.least`);
    const most = inQuanta(size.most, asset, `${where}.most`);
    // The part of an unbounded power law that lies below the most.
    const below = 1 - exp(size.exponent * ln(least / most));
    return (stream) => Math.min(most, least * exp(-ln(1 - stream.next() * below) / size.exponent));
  }
  if (size.distribution === "quantiles") {
    const { quantiles } = size;
    const quanta = quantiles.map(({ value }, place) => ln(inQuanta(value, asset, `${where}.quantiles.${place}.value`)));
    const table = { at: Float64Array.from(quantiles, ({ at }) => at), value: Float64Array.from(quanta) };
    return (stream) => exp(drawQuantile(stream, table));
  }
  const median = inQuanta(size.median, asset, `${where}.median`);
  return (stream) => lognormal(stream, median, size.spread);
}

/** A size in words, for errors: what decides how large positions are, and its field. */
export function sizeInWords(size: PositionSize): { readonly field: string; readonly words: string; readonly shape: string } {
  if (size.distribution === "pareto") {
    const words = `${size.least} to ${size.most}`;
    return { field: "least", words, shape: `values from ${words} and an exponent of ${size.exponent}` };
  }
  if (size.distribution === "quantiles") {
    const words = `${size.quantiles[0]?.value} to ${size.quantiles.at(-1)?.value}`;
    return { field: "quantiles", words, shape: `quantiles from ${words}` };
  }
  return { field: "median", words: size.median, shape: `a median of ${size.median} and a spread of ${size.spread}` };
}
