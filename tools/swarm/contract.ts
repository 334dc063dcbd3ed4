/** A random contract with its tiers, and the scale that everything else of its scenario is drawn in. */
import { formatWhole } from "../../sim/index.ts";
import { productOf } from "../../sim/venue/decimal.ts";
import type { Draw } from "./draw.ts";

/** What amounts of a scenario are measured by. */
export interface Scale {
  readonly quantum: string;
  readonly startPrice: string;
  /** Value of one lot at the start price, settlement asset. */
  readonly lotValue: number;
}

/** Value of a lot in quanta: from lots that round to nothing to ones whose sums stay far from 2^53. */
const LOT_QUANTA_LEAST = 0.02;
const LOT_QUANTA_MOST = 1e7;
const QUANTA = ["0.000001", "0.0001", "0.01", "0.25", "1", "100", "10000", "1000000"];

/** A contract as a venue profile has it. */
export function drawContract(draw: Draw): { readonly contract: Record<string, unknown>; readonly scale: Scale } {
  const tickSize = draw.pick("tickSize", ["0.1", "0.01", "0.0005", "1", "5"]);
  const lotSize = draw.pick("lotSize", ["0.001", "0.1", "1", "10"]);
  const multiplier = draw.pick("multiplier", ["1", "0.01", "10"]);
  const startPrice = formatWhole(BigInt(Math.round(draw.wide("startTicks", 60, 200_000))), tickSize);
  const lotValue = Number(productOf([startPrice, lotSize, multiplier], "lot value"));
  const fitting = QUANTA.filter((quantum) => {
    const quanta = lotValue / Number(quantum);
    return quanta >= LOT_QUANTA_LEAST && quanta <= LOT_QUANTA_MOST;
  });
  const unit = draw.pick("tierUnit", ["contracts", "base", "quote"]);
  const quantum = draw.pick("quantum", fitting);
  let before = 0;
  const boundOf = (lots: number) => {
    if (unit !== "quote") return formatWhole(BigInt(lots), unit === "base" ? productOf([lotSize, multiplier], "lot") : lotSize);
    // Bounds rise by a quantum at least.
    before = Math.max(before + 1, Math.round((lots * lotValue) / Number(quantum)));
    return formatWhole(BigInt(before), quantum);
  };
  return {
    contract: {
      symbol: "X-Y",
      kind: draw.pick("kind", ["linear"]),
      productLine: draw.pick("productLine", ["perpetual"]),
      base: "X",
      quote: "Y",
      settle: "Y",
      tickSize,
      lotSize,
      multiplier,
      tiers: drawTiers(draw, unit, boundOf),
    },
    scale: { quantum, startPrice, lotValue },
  };
}

/** Tiers whose bounds and rates rise and whose leverage falls, each below what would be at risk when opened. */
function drawTiers(draw: Draw, unit: string, boundOf: (lots: number) => string): Record<string, unknown>[] {
  const count = draw.whole("tiers", 1, 4);
  let boundLots = 0;
  let rate = 0;
  let leverage = 125;
  return Array.from({ length: count }, (_, index) => {
    const tier = draw.within(`tier/${index + 1}`);
    boundLots += Math.ceil(tier.wide("width", 5, 3000));
    rate = Math.min(0.3, Math.max(0.001, rate) * tier.between("rise", 1, index === 0 ? 20 : 4));
    const maintenanceMarginRate = rate.toFixed(5);
    leverage = Math.max(
      1,
      Math.min(leverage, Math.floor((tier.between("leverage", 0.3, 0.95) / Number(maintenanceMarginRate)) * 100) / 100),
    );
    const unbounded = index === count - 1 && tier.chance("unbounded", 0.8);
    return { upTo: unbounded ? null : boundOf(boundLots), unit, maintenanceMarginRate, maxLeverage: leverage.toFixed(2) };
  });
}
