/** The fields of a scenario's `population`. Those without a default change nothing where they are left out. */
import { z } from "zod";
import { collateralParameters } from "./collateral.ts";
import { leverage, number, whole } from "./fields.ts";
import { amount, positionSize } from "./position-size.ts";
import { isRising, quantileTable } from "./quantiles.ts";

const LEVERAGES = [
  { value: "3", weight: 15 },
  { value: "5", weight: 20 },
  { value: "10", weight: 30 },
  { value: "20", weight: 20 },
  { value: "50", weight: 10 },
  { value: "100", weight: 5 },
];

const BANDS_MOST = 100;
/** Entry prices over the start price, less 1. */
const [ENTRY_LEAST, ENTRY_MOST] = [-0.99, 9] as const;

const weight = () => {
  const error = "expected a number of at least 0";
  return z.number({ error }).min(0, { error });
};

const weighted = <Value extends z.ZodType>(value: Value, what: string) =>
  z
    .array(z.strictObject({ value, weight: weight() }))
    .min(1, { error: `expected at least one ${what}` })
    .refine((entries) => entries.some((entry) => (entry.weight as number) > 0), { error: "expected a weight above 0" });

const leverages = () => weighted(leverage(), "leverage");

/** Something of the smallest positions, of the next larger ones, and so on up to all. */
const bySize = <Shape extends z.ZodRawShape>(shape: Shape) => {
  const error = `expected a list of 1 to ${BANDS_MOST} bands by size`;
  const upTo = number(1, 0, 1).removeDefault().describe("the part of all, from the smallest, up to which the band reaches; 1 in the last");
  return z
    .array(z.strictObject({ upTo, ...shape }), { error })
    .min(1, { error })
    .max(BANDS_MOST, { error })
    .refine(
      (bands) => {
        const ends = bands.map((band) => (band as { upTo: number }).upTo);
        return ends.at(-1) === 1 && isRising([0, ...ends]);
      },
      { error: "expected bands with rising upTo above 0, the last one 1" },
    );
};

/** How entry prices of one side lie about the start price. */
const sideEntries = () => {
  const normal = z.strictObject({
    mean: number(0, ENTRY_LEAST, ENTRY_MOST).describe("mean of entry ÷ start price − 1: below 0 longs are in profit"),
    deviation: number(0.03, 0, 2).describe("standard deviation"),
  });
  const quantiles = quantileTable(number(0, ENTRY_LEAST, ENTRY_MOST).removeDefault(), Number);
  return z.union([normal, z.strictObject({ quantiles: quantiles.describe("of entry ÷ start price − 1") })]);
};

export type SideEntries = z.output<ReturnType<typeof sideEntries>>;

/** Fields of a scenario's `population`. */
export const populationParameters = z.object({
  accounts: whole(20_000, 0, 10_000_000).describe("holders of all contracts; each has a position at the start"),
  instrumentsEach: z
    .union([whole(1, 1, 64).removeDefault(), weighted(whole(1, 1, 64).removeDefault(), "number of contracts")], {
      error: "expected a whole number from 1 to 64, or a list of such numbers with weights {value, weight}",
    })
    .default(1)
    .describe(
      "in how many of the contracts each holder has a position, drawn evenly, or such numbers by weight, beyond the number of contracts all of them; they share one wallet",
    ),
  crossShare: number(0, 0, 1).describe("part of the holders who margin all their positions together (cross), over one wallet"),
  crossShareBySize: bySize({ share: number(0, 0, 1).removeDefault() })
    .optional()
    .describe("instead of crossShare: that part by the size of holders, the value of all their positions"),
  hedgedShare: number(0, 0, 1).describe("part of the holders who have a long and a short leg in each of their contracts (hedge mode)"),
  collateral: z.array(collateralParameters).default([]).describe("other assets that holders in cross margin have (multi-currency mode)"),
  longShare: number(0.5, 0.01, 0.99).describe("part of the holders who are long; the open interest of both sides is equal all the same"),
  size: positionSize().prefault({}).describe("distribution of position values"),
  longSize: positionSize().optional().describe("of long positions, instead of size"),
  shortSize: positionSize().optional().describe("of short positions, instead of size"),
  openInterest: z
    .union([amount(), z.record(z.string(), amount())], {
      error: 'expected an amount above 0 as text, such as "100000", or such amounts by symbol',
    })
    .optional()
    .describe(
      "value of the longs of each contract at the start price, agents' positions included, settlement asset, or by symbol: sizes are scaled to it",
    ),
  leverage: leverages().default(LEVERAGES).describe("leverage settings and how frequent they are"),
  leverageBySize: bySize({ leverage: leverages() }).optional().describe("instead of leverage: settings by the size of positions"),
  entryDeviation: number(0.03, 0, 0.5).describe("standard deviation of entry prices around the start price, part of it"),
  entry: z
    .strictObject({ long: sideEntries(), short: sideEntries() })
    .optional()
    .describe("instead of entryDeviation: entry prices by side, both sides moved in proportion so that their values agree"),
  startRatio: number(1.5, 1, 100).describe("least margin ratio anybody starts with: who would have less starts with less leverage"),
});

export type PopulationParameters = z.output<typeof populationParameters>;
