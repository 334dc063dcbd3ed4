/** What holders have of other assets instead of cash: each part of their margin for as much of an asset as counts for it at the start (ACCT-6). */
import { z } from "zod";
import type { CollateralInput, Holders, Ratio } from "../sim/index.ts";
import { InputError, type RandomStream, sellCollateral } from "../sim/index.ts";

/** An entry of `population.collateral`. */
export const collateralParameters = z.strictObject({
  asset: z.string({ error: "expected the symbol of an asset" }).min(1, { error: "expected the symbol of an asset" }),
  share: z
    .number({ error: "expected a number from 0 to 1" })
    .min(0, { error: "expected a number from 0 to 1" })
    .max(1, { error: "expected a number from 0 to 1" })
    .describe("part of the holders who have some"),
  part: z
    .number({ error: "expected a number from 0 to 1" })
    .min(0, { error: "expected a number from 0 to 1" })
    .max(1, { error: "expected a number from 0 to 1" })
    .describe("part of the margin of their cross positions that they have in it, at the start price less haircut"),
});

export type CollateralParameters = z.output<typeof collateralParameters>;

/**
 * Takes parts of the margin of holders in cross margin, in place, and gives them assets for it.
 * @param prices of the assets at the start, the settlement asset first: what a quantum is worth in one unit
 * @throws InputError when an asset stands twice or counts for nothing at its haircuts, or parts come to more than all
 */
export function drawCollateral(
  parameters: readonly CollateralParameters[],
  contracts: readonly Holders[],
  { assets }: Pick<CollateralInput, "assets">,
  prices: readonly Ratio[],
  stream: RandomStream,
): CollateralInput["holders"] {
  const drawn: CollateralInput["holders"][number][] = [];
  checkParts(parameters);
  const rows = rowsByHolder(contracts);
  const inOrder = [...rows.keys()].sort((a, b) => a - b);
  parameters.forEach(({ asset: symbol, share, part }, entry) => {
    const asset = 1 + assets.findIndex((one) => one.asset.symbol === symbol);
    for (const holder of inOrder) {
      if (stream.next() >= share) continue;
      const missing = takeMargin(rows.get(holder) ?? [], part);
      if (missing === 0) continue;
      const { haircuts } = assets[asset - 1] as CollateralInput["assets"][number];
      const { sold, credited } = sellCollateral(Number.MAX_SAFE_INTEGER, haircuts, prices[asset] as Ratio, missing, prices[0] as Ratio);
      if (credited < missing) {
        throw new InputError(
          `population.collateral.${entry}.asset`,
          `expected an asset that counts at its haircuts, got "${symbol}", of which nothing does`,
        );
      }
      drawn.push({ holder, asset, quanta: sold });
    }
  });
  return drawn;
}

/** A cross position: a row of a contract's holders. */
interface Row {
  readonly margin: Float64Array;
  readonly row: number;
  /** Margin before anything was taken of it. */
  readonly whole: number;
}

function checkParts(parameters: readonly CollateralParameters[]): void {
  let sum = 0;
  parameters.forEach(({ asset, part }, entry) => {
    const first = parameters.findIndex((one) => one.asset === asset);
    if (first < entry) throw new InputError(`population.collateral.${entry}.asset`, `expected each asset once, got "${asset}" again`);
    sum += part;
  });
  // A tenth and nine of them are a whole, whatever doubles make of it.
  if (sum > 1 + 1e-9) throw new InputError("population.collateral", `expected parts that come to at most 1, got ${sum}`);
}

/** Takes a part of a holder's margins; returns how much that is. */
function takeMargin(rows: readonly Row[], part: number): number {
  let taken = 0;
  for (const { margin, row, whole } of rows) {
    const some = Math.min(margin[row] as number, Math.floor(whole * part));
    margin[row] = (margin[row] as number) - some;
    taken += some;
  }
  return taken;
}

/** The cross positions of every holder. */
function rowsByHolder(contracts: readonly Holders[]): Map<number, Row[]> {
  const rows = new Map<number, Row[]>();
  for (const { count, holder, isCross, margin } of contracts) {
    for (let row = 0; row < count; row++) {
      if (isCross?.[row] !== 1) continue;
      const whose = holder === undefined ? row : (holder[row] as number);
      const own = rows.get(whose);
      const one = { margin, row, whole: margin[row] as number };
      if (own === undefined) rows.set(whose, [one]);
      else own.push(one);
    }
  }
  return rows;
}
