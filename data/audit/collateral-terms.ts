/** Assets that accounts hold beside the one that all instruments settle in, as manifest and tables have them (ACCT-6). */
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../sim/kernel/input-error.ts";
import type { RunDirectory } from "../store/run-directory.ts";
import type { Contract } from "./contracts.ts";
import { type Fraction, fractionOf, over, times, whole } from "./exact.ts";

/** A slice of an amount, and what part of it counts. */
export interface Slice {
  /** Quanta, counted from the bottom; null for no bound. */
  readonly upTo: Fraction | null;
  readonly kept: Fraction;
}

/** How an asset counts. */
export interface AssetTerms {
  readonly symbol: string;
  /** Instrument whose index prices it; null where the price is fixed. */
  readonly instrument: number | null;
  /** What a quantum is worth in millionths of the settlement asset's unit, at a tick of that index, or at all. */
  readonly perQuantum: Fraction;
  /** None: all of it counts. */
  readonly slices: readonly Slice[];
}

/** The settlement asset, and then the others by row of `assets`. */
export type CollateralTerms = readonly AssetTerms[];

/** What all assets are counted in: millionths of a unit of the settlement asset. */
const MILLION = whole(1_000_000n);

const SCENARIO = z.looseObject({
  assets: z.record(z.string(), z.looseObject({ price: z.string().optional() })).default({}),
  venue: z.looseObject({
    collateral: z.record(z.string(), z.array(z.looseObject({ upTo: z.string().nullish(), haircut: z.string() }))).default({}),
  }),
});

/**
 * Reads those of all assets of a run.
 * @throws InputError naming manifest or table, field and value when something is missing
 */
export async function readCollateralTerms(run: RunDirectory, contracts: readonly Contract[]): Promise<CollateralTerms> {
  const file = join(run.directory, "manifest.json");
  const parsed = SCENARIO.safeParse(run.manifest.scenario);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(`${file}: scenario.${issue?.path.join(".")}`, issue?.message ?? "not as expected");
  }
  const { assets, venue } = parsed.data;
  const table = join(run.directory, "assets.parquet");
  const rows = await run.store.rows("SELECT asset, symbol, quantum FROM assets ORDER BY asset");
  return rows.map((row, number): AssetTerms => {
    if (row["asset"] !== number)
      throw new InputError(`${table}: asset`, `expected ${number} in row ${number}, got ${String(row["asset"])}`);
    const symbol = String(row["symbol"]);
    const quantum = fractionOf(String(row["quantum"]), `${table}: quantum`);
    const slices = (venue.collateral[symbol] ?? []).map(({ upTo, haircut }, place): Slice => {
      const where = `${file}: scenario.venue.collateral.${symbol}.${place}`;
      const { numerator, denominator } = fractionOf(haircut, `${where}.haircut`);
      return {
        upTo: upTo == null ? null : over(fractionOf(upTo, `${where}.upTo`), quantum),
        kept: { numerator: denominator - numerator, denominator },
      };
    });
    const price = assets[symbol]?.price;
    if (number === 0) return { symbol, instrument: null, perQuantum: times(quantum, MILLION), slices };
    if (price !== undefined) {
      const each = fractionOf(price, `${file}: scenario.assets.${symbol}.price`);
      return { symbol, instrument: null, perQuantum: times(each, quantum, MILLION), slices };
    }
    const instrument = contracts.findIndex(({ underlying }) => underlying === symbol);
    if (instrument < 0) throw new InputError(`${file}: scenario.assets.${symbol}.price`, "missing: no contract is of it");
    return { symbol, instrument, perQuantum: times((contracts[instrument] as Contract).tick, quantum, MILLION), slices };
  });
}
