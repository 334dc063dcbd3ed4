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
  const rows = crossRows(contracts);
  parameters.forEach(({ asset: symbol, share, part }, entry) => {
    const asset = 1 + assets.findIndex((one) => one.asset.symbol === symbol);
    for (let holder = 0; holder < rows.firstOf.length - 1; holder++) {
      if (rows.firstOf[holder] === rows.firstOf[holder + 1] || stream.next() >= share) continue;
      const missing = takeMargin(contracts, rows, holder, part);
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

/** The cross positions of all holders as columns, those of one holder next to each other. */
interface CrossRows {
  /** By holder: where its positions begin; those of the last end with the columns. */
  readonly firstOf: Int32Array;
  readonly contract: Uint8Array;
  /** Within the contract. */
  readonly row: Int32Array;
  /** Margin before anything was taken of it. */
  readonly whole: Float64Array;
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
function takeMargin(contracts: readonly Holders[], rows: CrossRows, holder: number, part: number): number {
  let taken = 0;
  for (let place = rows.firstOf[holder] as number; place < (rows.firstOf[holder + 1] as number); place++) {
    const { margin } = contracts[rows.contract[place] as number] as Holders;
    const row = rows.row[place] as number;
    const some = Math.min(margin[row] as number, Math.floor((rows.whole[place] as number) * part));
    margin[row] = (margin[row] as number) - some;
    taken += some;
  }
  return taken;
}

/** The cross positions of every holder: counted, then put in their places. */
function crossRows(contracts: readonly Holders[]): CrossRows {
  let holders = 0;
  eachCrossRow(contracts, (holder) => {
    holders = Math.max(holders, holder + 1);
  });
  const firstOf = new Int32Array(holders + 1);
  eachCrossRow(contracts, (holder) => {
    firstOf[holder + 1] = (firstOf[holder + 1] as number) + 1;
  });
  for (let holder = 0; holder < holders; holder++) firstOf[holder + 1] = (firstOf[holder + 1] as number) + (firstOf[holder] as number);
  const count = firstOf[holders] as number;
  const rows = { firstOf, contract: new Uint8Array(count), row: new Int32Array(count), whole: new Float64Array(count) };
  const next = firstOf.slice();
  eachCrossRow(contracts, (holder, contract, row) => {
    const place = next[holder] as number;
    next[holder] = place + 1;
    rows.contract[place] = contract;
    rows.row[place] = row;
    rows.whole[place] = contracts[contract]?.margin[row] as number;
  });
  return rows;
}

function eachCrossRow(contracts: readonly Holders[], see: (holder: number, contract: number, row: number) => void): void {
  contracts.forEach(({ count, holder, isCross }, contract) => {
    for (let row = 0; row < count; row++) {
      if (isCross?.[row] === 1) see(holder === undefined ? row : (holder[row] as number), contract, row);
    }
  });
}
