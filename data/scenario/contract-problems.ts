/** What must hold between the fields of a contract, its tiers and the assets (INST-6, TIER-1, UNIT-2). */
import { compareDecimals, parseWhole, productOf } from "../../sim/venue/decimal.ts";
import { boundUnit, maxLeverageHundredths, valueRatio } from "./contract-units.ts";
import type { Path } from "./path.ts";
import type { Problem } from "./problem.ts";
import type { ResolvedInstrument, ResolvedTier, ResolvedVenue } from "./venue-schema.ts";

/** The quanta of the assets there are, by symbol. */
export type Assets = Readonly<Record<string, { readonly quantum: string }>>;

/**
 * The problems of a contract by itself.
 * @param venue gives the fees that the contract has none of its own of
 */
export function contractProblems(instrument: ResolvedInstrument, venue: Pick<ResolvedVenue, "fees">, path: Path): Problem[] {
  const problems: Problem[] = [];
  const refuse = (field: string, expected: string) => problems.push({ path: [...path, field], expected: `expected ${expected}` });
  const { kind, base, quote, settle, productLine, expiry, faceValue } = instrument;
  const settlesIn = kind === "linear" ? quote : base;
  if (base === quote) refuse("quote", "another asset than the base");
  if (settle !== settlesIn) {
    refuse(
      "settle",
      `the ${kind === "linear" ? "quote" : "base"} asset ${JSON.stringify(settlesIn)}, in which ${article(kind)} contract settles`,
    );
  }
  if (kind === "linear" && faceValue !== undefined) refuse("faceValue", "no face value on a linear contract (fold it into the multiplier)");
  if (kind === "inverse" && faceValue === undefined) refuse("faceValue", "the face value of an inverse contract in the quote asset");
  if (productLine === "perpetual" && expiry !== undefined) refuse("expiry", "no expiry on a perpetual contract");
  if (productLine === "delivery" && expiry === undefined) refuse("expiry", "the time at which a delivery contract expires");
  if (instrument.fees === undefined && venue.fees === undefined) refuse("fees", "fees here, or of the venue for all contracts");
  const lotOf = ({ unit }: ResolvedTier) => boundUnit(instrument, unit).lot;
  return [...problems, ...tierProblems(instrument.tiers, [...path, "tiers"], lotOf)];
}

/** The problems between a contract and the assets: one that is unknown, values and bounds that are no whole quanta. */
export function assetProblems(instrument: ResolvedInstrument, assets: Assets, path: Path): Problem[] {
  const asset = assets[instrument.settle];
  if (asset === undefined) {
    const names = Object.keys(assets).join(", ") || "it has none";
    return [{ path: [...path, "settle"], expected: `expected an asset of the scenario (${names})` }];
  }
  const { quantum } = asset;
  const problems: Problem[] = [];
  if (!computes(() => valueRatio(instrument, quantum))) {
    problems.push({
      path: [...path, instrument.kind === "linear" ? "multiplier" : "faceValue"],
      expected: "expected a value of one lot at one tick that is a ratio of whole quanta below 2^53",
    });
  }
  instrument.tiers.forEach(({ upTo, unit }, index) => {
    if (upTo === null || boundUnit(instrument, unit).boundBy === "lots" || isWhole(upTo, quantum)) return;
    problems.push({ path: [...path, "tiers", index, "upTo"], expected: `expected whole quanta of ${quantum} ${instrument.settle}` });
  });
  return problems;
}

/**
 * The problems of a tier table: bounds that do not rise, rates that fall, leverage that rises, units that differ.
 * @param lotOf one lot in a tier's unit, of which its bound must be whole; null when that is not to be checked
 */
export function tierProblems(tiers: readonly ResolvedTier[], path: Path, lotOf: (tier: ResolvedTier) => string | null): Problem[] {
  return tiers.flatMap((tier, index) => {
    const problems: Problem[] = [];
    const refuse = (field: string, expected: string) => problems.push({ path: [...path, index, field], expected: `expected ${expected}` });
    const before = tiers[index - 1];
    const lot = lotOf(tier);
    if (tier.upTo === null) {
      if (index < tiers.length - 1) refuse("upTo", "a bound: only the last tier may have none");
    } else {
      if (lot !== null && !isWhole(tier.upTo, lot)) refuse("upTo", `whole lots of ${lot}`);
      if (before?.upTo != null && compareDecimals(tier.upTo, before.upTo) <= 0)
        refuse("upTo", `more than ${before.upTo}, where the tier before ends`);
    }
    if (before !== undefined) {
      if (tier.unit !== before.unit) refuse("unit", `${JSON.stringify(before.unit)}, the unit of the tier before`);
      if (compareDecimals(tier.maintenanceMarginRate, before.maintenanceMarginRate) < 0)
        refuse("maintenanceMarginRate", `at least ${before.maintenanceMarginRate}, the rate of the tier before`);
      if (tier.deduction !== undefined && before.deduction !== undefined && compareDecimals(tier.deduction, before.deduction) < 0)
        refuse("deduction", `at least ${before.deduction}, the deduction of the tier before`);
    }
    return [...problems, ...leverageProblems(tier, before, [...path, index])];
  });
}

function leverageProblems(tier: ResolvedTier, before: ResolvedTier | undefined, path: Path): Problem[] {
  const refusal = (field: string, expected: string): Problem[] => [{ path: [...path, field], expected: `expected ${expected}` }];
  const { maxLeverage, initialMarginRate } = tier;
  if (maxLeverage === undefined && initialMarginRate === undefined) return refusal("maxLeverage", "maxLeverage or initialMarginRate");
  if (maxLeverage !== undefined && (!isWhole(maxLeverage, "0.01") || compareDecimals(maxLeverage, "1") < 0))
    return refusal("maxLeverage", "at least 1, with at most two decimals");
  const most = before === undefined ? null : leverageOf(before);
  const own = leverageOf(tier);
  if (most === null || own === null || own <= most) return [];
  return refusal(
    maxLeverage === undefined ? "initialMarginRate" : "maxLeverage",
    `a leverage of at most ${most / 100}, that of the tier before`,
  );
}

/** The problems of a table by which a position opened at the largest leverage is at risk at once: a maintenance rate of the initial one or more. */
export function openingProblems(tiers: readonly ResolvedTier[], path: Path): Problem[] {
  return tiers.flatMap(({ maxLeverage, initialMarginRate, maintenanceMarginRate }, index) => {
    const refusal = (rate: string): Problem[] => [
      { path: [...path, index, "maintenanceMarginRate"], expected: `expected less than the initial margin rate ${rate}` },
    ];
    if (initialMarginRate !== undefined && compareDecimals(maintenanceMarginRate, initialMarginRate) >= 0)
      return refusal(initialMarginRate);
    const reachesOne = maxLeverage !== undefined && compareDecimals(productOf([maintenanceMarginRate, maxLeverage], "a rate"), "1") >= 0;
    return reachesOne ? refusal(`1 / ${maxLeverage}`) : [];
  });
}

function leverageOf(tier: ResolvedTier): number | null {
  try {
    return maxLeverageHundredths(tier, "");
  } catch {
    return null;
  }
}

/** The problems of haircut tiers (ACCT-6): amounts that do not rise. */
export function haircutProblems(collateral: ResolvedVenue["collateral"], path: Path): Problem[] {
  return Object.entries(collateral).flatMap(([asset, tiers]) =>
    tiers.flatMap(({ upTo }, index) => {
      const here = [...path, asset, index, "upTo"];
      const before = tiers[index - 1]?.upTo;
      if (upTo === null)
        return index < tiers.length - 1 ? [{ path: here, expected: "expected an amount: only the last tier may have none" }] : [];
      if (before == null || compareDecimals(upTo, before) > 0) return [];
      return [{ path: here, expected: `expected more than ${before}, where the tier before ends` }];
    }),
  );
}

function article(kind: ResolvedInstrument["kind"]): string {
  return kind === "linear" ? "a linear" : "an inverse";
}

/** Whether a value is a whole number of units, if of ever so many. */
function isWhole(value: string, unit: string): boolean {
  return computes(() => parseWhole(value, unit, "")) || compareDecimals(value, productOf([unit, String(Number.MAX_SAFE_INTEGER)], "")) > 0;
}

function computes(compute: () => unknown): boolean {
  try {
    compute();
    return true;
  } catch {
    return false;
  }
}
