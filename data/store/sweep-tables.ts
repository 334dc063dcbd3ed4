/** Tables that only a sweep has besides `runs` and `settings`: a few rows of each run, for the pictures of its report. Values are in natural units. */
import type { Column, TableSchema } from "../../sim/kernel/table.ts";

/** A run is cut into at most so many steps in `curves`. */
export const CURVE_STEPS = 240;
/** And into so many in `liquidation_map`. */
export const MAP_STEPS = 60;
/** Bins of price in `liquidation_map`: so many to the first mark itself, which makes one a quarter of a per cent wide. */
export const MAP_BINS_PER_PRICE = 400;

const whole = (name: string, meaning: string, optional = false): Column => ({
  name,
  type: "int64",
  meaning,
  ...(optional ? { optional } : {}),
});
const real = (name: string, meaning: string, optional = false): Column => ({
  name,
  type: "double",
  meaning,
  ...(optional ? { optional } : {}),
});
const instrument = whole("instrument", "number of the instrument");

/** Their columns behind `run`; which SQL makes them stands in `data/metrics` under the name, with hyphens. */
export const SWEEP_TABLES: readonly TableSchema[] = [
  {
    name: "curves",
    meaning: "one row an instrument and step of a run: at most 240 equal steps, as of the end of each",
    columns: [
      instrument,
      whole("step", "number of the step, from 0"),
      whole("time_us", "end of the step, microseconds since the Unix epoch"),
      real("mark", "mark price"),
      real("available", "available of the instrument's pool (FUND-3); none where it has no pool", true),
      real("drawdown", "deepest drawdown of that pool in the step (CASC-4)", true),
      real("liquidated", "value of what was liquidated by liquidations triggered in the step"),
      real("adl", "value closed by auto-deleveraging in the step"),
    ],
  },
  {
    name: "cascade_sizes",
    meaning: "one row a size of cascades of a run (CASC-2)",
    columns: [
      whole("liquidations", "liquidations in the cascade"),
      whole("accounts", "accounts in it"),
      whole("cascades", "cascades of this size"),
      real("notional", "value liquidated in all of them together"),
    ],
  },
  {
    name: "adl_burden",
    meaning:
      "one row a policy and decile of the accounts that auto-deleveraging closed in a run, by their equity before they were closed first",
    columns: [
      { name: "policy", type: "text", meaning: "ranking policy (ADL-3)" },
      whole("decile", "tenth of the accounts: 1 has the smallest equity, 10 the largest"),
      whole("accounts", "accounts in it"),
      real("equity", "their equity before they were closed first"),
      real("taken", "profit taken from them (CASC-5)"),
      real("closed", "value closed of their positions"),
    ],
  },
  {
    name: "liquidation_map",
    meaning:
      "one row an instrument, time and price at which anything was liquidated in a run: 60 equal steps of it, and bins of a quarter of a per cent of the first mark",
    columns: [
      instrument,
      whole("step", "number of the step, from 0"),
      whole("time_us", "start of the step, microseconds since the Unix epoch"),
      whole("bin", "mark at the trigger: from bin × 0.25 % to a quarter of a per cent more above the first mark"),
      whole("liquidations", "liquidations triggered there"),
      real("notional", "value liquidated by them"),
    ],
  },
];

/** Whether a table of a sweep's directory is the sweep's own: it has natural units already. */
export function isSweepsOwn(table: string): boolean {
  return table === "runs" || table === "settings" || table === "estimates" || SWEEP_TABLES.some(({ name }) => name === table);
}
