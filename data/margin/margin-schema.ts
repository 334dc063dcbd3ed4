/** What the margin calculator is asked, as it is written, and with everything it refers to written out. */
import { z } from "zod";
import { assetSymbol, decimalNotNegative, decimalPositive, instrumentSymbol, remark, word } from "../scenario/fields.ts";
import type { ScenarioRegistries } from "../scenario/registries.ts";
import { instrumentSchema, venueSchema } from "../scenario/venue-schema.ts";

/** An amount of either sign. */
function amount() {
  const error = 'expected a decimal as text, such as "-0.5"';
  return z.string({ error }).regex(/^[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?$/, { error });
}

/** A position, or in hedge mode a leg. */
const position = () =>
  z.strictObject({
    instrument: instrumentSymbol(),
    side: z.enum(["long", "short"]),
    /** Contracts. */
    size: decimalPositive(),
    /** Average opening price: unlike other prices it need not be whole ticks. */
    entryPrice: decimalPositive().optional(),
    /** Instead of it: the sum of the values at which it was opened, in the settlement asset (INST-3). */
    entryValue: decimalPositive().optional(),
    marginMode: word("cross", "isolated"),
    /** Position margin of an isolated position; left out: what MARGIN-1 sets aside at opening. */
    margin: decimalNotNegative().optional(),
    /** Left out: the highest of its tier. */
    leverage: decimalPositive().optional(),
  });

/** A resting limit order. */
const order = () =>
  z.strictObject({
    instrument: instrumentSymbol(),
    side: z.enum(["buy", "sell"]),
    size: decimalPositive(),
    price: decimalPositive(),
    /** In hedge mode the leg that it moves; left out: a buy opens long, a sell opens short. */
    positionSide: z.enum(["long", "short"]).optional(),
    reduceOnly: z.boolean().default(false),
    /** Those of the position in the contract when left out, and without one `cross` and the highest of the tier. */
    marginMode: z.enum(["cross", "isolated"]).optional(),
    leverage: decimalPositive().optional(),
  });

/** A question with venue and contracts written out. */
export function marginSchema(registries: ScenarioRegistries) {
  return z.strictObject({
    name: remark().optional(),
    description: remark().optional(),
    venue: venueSchema(registries).omit({ instruments: true }),
    instruments: z.array(instrumentSchema()).min(1),
    account: z.strictObject({
      mode: word("single-currency", "multi-currency"),
      positionMode: word("one-way", "hedge"),
      /** Cash of the contract wallet by asset, without the margin of isolated positions; negative when owed. */
      balances: z.record(assetSymbol(), amount()).default({}),
    }),
    positions: z.array(position()).default([]),
    orders: z.array(order()).default([]),
    /** Mark prices by contract. */
    marks: z.record(instrumentSymbol(), decimalPositive()).default({}),
    /** Last prices by contract, for `positionValueAt: last`; the mark where left out. */
    lastPrices: z.record(instrumentSymbol(), decimalPositive()).default({}),
    /** Prices in dollars by asset, for a multi-currency account. */
    indexPrices: z.record(assetSymbol(), decimalPositive()).default({}),
    assets: z.record(assetSymbol(), z.strictObject({ quantum: decimalPositive() })).default({}),
  });
}

/** A question with every default and the venue written out: plain JSON. */
export type MarginDocument = z.output<ReturnType<typeof marginSchema>>;
