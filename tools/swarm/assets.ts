/** Assets that accounts hold beside the settlement asset, in some scenarios: priced by the index, or at a price of their own. */
import type { Scale } from "./contract.ts";
import { type Draw, inUnits } from "./draw.ts";

/** What a scenario has of them. */
export interface DrawnAssets {
  /** Entries of `assets`, `venue.collateral` and `population.collateral`. */
  readonly assets: Record<string, Record<string, string>>;
  readonly haircuts: Record<string, readonly Record<string, unknown>[]>;
  readonly population: readonly Record<string, unknown>[];
  /** What an agent that has some has of the first, units of it. */
  readonly ofAgent: (draw: Draw) => Record<string, string>;
}

const NOTHING: DrawnAssets = { assets: {}, haircuts: {}, population: [], ofAgent: () => ({}) };
/** Lots worth more might leave the safe range in millionths of the settlement asset. */
const LOT_VALUE_MOST = 1_000;
const QUANTA = ["0.00000001", "0.000001", "0.0001", "0.01", "1"];

/** The base of the first contract, or an asset that nothing trades, or both, or nothing. */
export function drawAssets(draw: Draw, { startPrice, lotValue, quantum }: Scale): DrawnAssets {
  if (lotValue > LOT_VALUE_MOST) return NOTHING;
  const symbols = draw.pick("symbols", [[], [], ["X"], ["Z"], ["X", "Z"]]);
  const drawn = symbols.flatMap((symbol) => {
    const one = draw.within(symbol);
    const price = symbol === "X" ? startPrice : one.pick("price", ["1", "0.97", startPrice]);
    // A middling margin is many quanta, and none is worth much more than a lot.
    const fitting = QUANTA.filter((unit) => {
      const lots = (Number(unit) * Number(price)) / lotValue;
      return lots > 1e-6 && lots < 3;
    });
    return fitting.length === 0 ? [] : [{ symbol, price, unit: one.pick("quantum", fitting), one }];
  });
  if (drawn.length === 0) return NOTHING;
  const haircuts = drawn.map(({ symbol, price, unit, one }) => [symbol, drawHaircuts(one, lotValue / Number(price), unit)] as const);
  const own = draw.chance("settlement", 0.3) ? { Y: drawHaircuts(draw.within("Y"), lotValue, quantum) } : {};
  return {
    assets: Object.fromEntries(drawn.map(({ symbol, price, unit }) => [symbol, { quantum: unit, ...(symbol === "Z" ? { price } : {}) }])),
    haircuts: { ...Object.fromEntries(haircuts), ...own },
    population: drawn.map(({ symbol, one }) => ({
      asset: symbol,
      share: one.between("share", 0.2, 1),
      part: one.between("part", 0.1, 1) / drawn.length,
    })),
    ofAgent: (agent) => {
      const [{ symbol, price, unit }] = drawn as [(typeof drawn)[number]];
      return { [symbol]: inUnits((lotValue / Number(price)) * agent.wide("collateral", 1, 1_000), unit) };
    },
  };
}

/** Up to three slices, the last without end: none of them counts for nothing, so that every margin can be held. */
function drawHaircuts(draw: Draw, lot: number, unit: string): Record<string, unknown>[] {
  const count = draw.whole("slices", 1, 3);
  let bound = 0;
  return Array.from({ length: count }, (_, index) => {
    const one = draw.within(`slice/${index + 1}`);
    bound += Math.max(Number(unit), lot * one.wide("width", 1, 300));
    const haircut = one.between("haircut", 0, 0.9).toFixed(4);
    return { upTo: index === count - 1 ? null : inUnits(bound, unit), haircut };
  });
}
