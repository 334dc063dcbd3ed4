/** Shocks of a seed that are no waypoints, how they hang together, and what befalls the markets. */
import { formatDuration } from "../../sim/index.ts";
import type { Draw } from "./draw.ts";

interface Times {
  readonly intervalUs: number;
  readonly durationUs: number;
}

const DAY_US = 86_400_000_000;

/** A drawn process in place of waypoints in two seeds of five: moves of some per cent to some tenths over the run. */
export function drawProcess(draw: Draw, startPrice: string, { intervalUs, durationUs }: Times): Record<string, unknown> | null {
  const generate = draw.pick("generate", [null, null, null, "gbm", "merton", "heston", "garch", "hawkes"]);
  if (generate === null) return null;
  // Annualised, of a run that moves by so much in all.
  const volatility = Math.min(100, draw.wide("move", 0.01, 0.4) * Math.sqrt((365 * DAY_US) / durationUs));
  const perDay = Math.min(100_000, draw.wide("jumps", 1, 20) * (DAY_US / durationUs));
  const jumps = { perDay, mean: draw.between("mean", -0.05, 0.03), deviation: draw.between("deviation", 0, 0.03) };
  const variance = volatility * volatility;
  switch (generate) {
    case "gbm":
      return { generate, startPrice, volatility };
    case "merton":
      return { generate, startPrice, volatility, jumps };
    case "heston": {
      const reversion = Math.min(1_000_000, draw.wide("reversion", 1, 20) * ((365 * DAY_US) / durationUs));
      const own = { start: variance, mean: variance, reversion, volatility: Math.min(10_000, draw.wide("own", 10, 1000) * volatility) };
      return { generate, startPrice, variance: own, correlation: draw.between("correlation", -1, 1) };
    }
    case "garch": {
      const period = formatDuration(intervalUs * draw.whole("period", 1, 5));
      const degrees = draw.pick("degrees", [0, 3, 5]);
      const tail = degrees === 0 ? {} : { degreesOfFreedom: degrees };
      return { generate, startPrice, volatility, alpha: 0.15, beta: draw.between("beta", 0, 0.84), period, ...tail };
    }
    default: {
      const halfLife = draw.duration("halfLife", intervalUs, durationUs);
      return { generate, startPrice, volatility, jumps: { ...jumps, branching: draw.between("branching", 0, 0.9), halfLife } };
    }
  }
}

/** How the shocks of several contracts hang together: all of them alike, or not at all. */
export function drawCorrelation(draw: Draw, count: number): Record<string, unknown> | null {
  if (count < 2 || draw.chance("none", 0.5)) return null;
  const each = draw.between("each", -0.4, 0.95);
  const matrix = Array.from({ length: count }, (_, row) => Array.from({ length: count }, (_, column) => (row === column ? 1 : each)));
  const copula = draw.pick("copula", ["normal", "t"]);
  const degrees = copula === "t" ? { degreesOfFreedom: draw.whole("degrees", 1, 8) } : {};
  return { matrix, copula, ...degrees, jumps: draw.pick("jumps", ["own", "common"]) };
}

/** Times in which no market updates. */
export function drawGaps(draw: Draw, { intervalUs, durationUs }: Times): Record<string, unknown>[] {
  if (!draw.chance("gap", 0.2)) return [];
  return [{ at: within(draw, durationUs), for: draw.duration("for", intervalUs, durationUs) }];
}

/** Times in which makers show less, of one contract or of all. */
export function drawDroughts(draw: Draw, symbols: readonly string[], { intervalUs, durationUs }: Times): Record<string, unknown>[] {
  return Array.from({ length: draw.pick("count", [0, 0, 1, 2]) }, (_, index) => {
    const one = draw.within(String(index));
    const instrument = one.pick("instrument", [null, ...symbols]);
    return {
      at: within(one, durationUs),
      for: one.duration("for", intervalUs, durationUs),
      depth: one.pick("depth", [0, 0.1, 0.5]),
      recovery: one.duration("recovery", 1, durationUs),
      ...(instrument === null ? {} : { instrument }),
    };
  });
}

function within(draw: Draw, durationUs: number): string {
  return formatDuration(Math.floor(draw.between("at", 0, 0.9) * durationUs));
}
