/** A random population, and random agents of every kind. */
import type { Scale } from "./contract.ts";
import { type Draw, inUnits } from "./draw.ts";

/** What a crowd is drawn for. */
export interface Stage extends Scale {
  /** Value of a middling position of the population, settlement asset. */
  readonly positionValue: number;
  readonly durationUs: number;
}

/** By kind of agent: its own fields. A kind that is missing here has its defaults. */
export const AGENT_FIELDS: Readonly<Record<string, (draw: Draw, stage: Stage) => Record<string, unknown>>> = {
  arbitrageur: (draw, stage) => ({
    edge: draw.pick("edge", [0, 0.0005, 0.01]),
    size: money(draw, "size", stage, 0.1, 20),
    positionLimit: money(draw, "positionLimit", stage, 1, 500),
  }),
  "market-maker": (draw, stage) => ({
    levels: draw.whole("levels", 1, 8),
    halfSpread: draw.pick("halfSpread", [0, 0.0002, 0.003, 0.05]),
    spacing: draw.pick("spacing", [0, 0.0006, 0.01]),
    size: money(draw, "size", stage, 0.1, 20),
    inventoryLimit: money(draw, "inventoryLimit", stage, 1, 500),
    lean: draw.between("lean", 0, 0.05),
    stressMove: draw.pick("stressMove", [0.0001, 0.002, 1]),
  }),
  "noise-trader": (draw, stage) => ({
    leastSize: money(draw, "leastSize", stage, 0.01, 0.5),
    mostSize: money(draw, "mostSize", stage, 0.6, 20),
    positionLimit: money(draw, "positionLimit", stage, 1, 200),
  }),
};

/** Entries of a scenario's `agents`: from none at all to several of every kind. */
export function drawAgents(draw: Draw, stage: Stage): Record<string, unknown>[] {
  return Object.entries(AGENT_FIELDS).flatMap(([kind, fieldsOf]) =>
    Array.from({ length: draw.pick(`${kind}/entries`, [0, 1, 1, 1, 1, 2, 2, 2]) }, (_, index) => {
      const one = draw.within(`${kind}/${index + 1}`);
      return {
        kind,
        count: one.pick("count", [1, 2, 4, 8]),
        deposit: money(one, "deposit", stage, 0.2, 3000),
        marginMode: one.pick("marginMode", ["isolated", "cross"]),
        leverage: String(one.pick("leverage", [1, 1.5, 2, 2, 3, 3, 5, 10, 33.33, 1000])),
        latency: one.duration("latency", 1, stage.durationUs / 20),
        ...(one.chance("slowBack", 0.5) ? { latencyBack: one.duration("latencyBack", 1, stage.durationUs / 10) } : {}),
        ...(one.chance("slowData", 0.5) ? { marketDataDelay: one.duration("marketDataDelay", 1, stage.durationUs / 10) } : {}),
        interval: one.duration("interval", stage.durationUs / 300, stage.durationUs / 10),
        ...fieldsOf(one, stage),
      };
    }),
  );
}

/** A scenario's `population`: nobody, a handful, or up to some hundreds. */
export function drawPopulation(draw: Draw, stage: Stage): Record<string, unknown> {
  const accounts = draw.pick("accounts", [0, 20, 60, 60, 200, 200, 400]);
  // Both sides need a position of each who hedges.
  const hedgedShare = accounts < 60 ? 0 : draw.pick("hedgedShare", [0, 0, 0.1, 0.25]);
  const leverages = [2, 5, 10, 20, 50, 100, 125].filter((leverage) => draw.chance(`leverage/${leverage}`, 0.5));
  return {
    accounts,
    hedgedShare,
    longShare: hedgedShare > 0 ? draw.between("longShare", 0.45, 0.55) : draw.between("longShare", 0.05, 0.95),
    size: { median: inUnits(stage.positionValue, stage.quantum), spread: draw.between("spread", 0, 1.8) },
    leverage: [...leverages, 25].map((leverage) => ({ value: String(leverage), weight: draw.between(`weight/${leverage}`, 0.1, 3) })),
    entryDeviation: draw.pick("entryDeviation", [0, 0.01, 0.05, 0.3]),
    startRatio: draw.between("startRatio", 1, 3),
    crossShare: draw.pick("crossShare", [0, 0, 0.4, 0.8, 1]),
    ...drawShapes(draw, stage),
  };
}

/** Fields of a population that stand instead of others, each there now and then. */
function drawShapes(draw: Draw, stage: Stage): Record<string, unknown> {
  const unit = stage.quantum;
  const amount = (factor: number) => inUnits(stage.positionValue * factor, unit);
  const power = {
    distribution: "pareto",
    least: amount(draw.between("paretoLeast", 0.3, 1)),
    most: amount(draw.between("paretoMost", 5, 200)),
    exponent: draw.between("paretoExponent", 0.5, 3),
  };
  const quantiles = [
    { at: 0, value: amount(0.3) },
    { at: draw.between("quantileAt", 0.2, 0.9), value: amount(draw.between("quantileValue", 0.4, 5)) },
    { at: 1, value: amount(draw.between("quantileMost", 6, 50)) },
  ];
  const side = (name: string) =>
    draw.chance(`${name}/quantiles`, 0.3)
      ? { quantiles: [-0.3, 0, 0.6].map((value, place) => ({ at: place / 2, value })) }
      : { mean: draw.between(`${name}/mean`, -0.1, 0.1), deviation: draw.pick(`${name}/deviation`, [0, 0.02, 0.2]) };
  const half = draw.between("bandAt", 0.1, 0.9);
  const shapes = {
    longSize: power,
    shortSize: { distribution: "quantiles", quantiles },
    entry: { long: side("longEntry"), short: side("shortEntry") },
    leverageBySize: [
      { upTo: half, leverage: [{ value: String(draw.pick("leverageSmall", [20, 50, 100])), weight: 1 }] },
      { upTo: 1, leverage: [{ value: String(draw.pick("leverageLarge", [2, 5, 10])), weight: 1 }] },
    ],
    crossShareBySize: [
      { upTo: half, share: draw.between("crossSmall", 0, 1) },
      { upTo: 1, share: draw.between("crossLarge", 0, 1) },
    ],
  };
  return Object.fromEntries(Object.entries(shapes).filter(([field]) => draw.chance(`has/${field}`, 0.2)));
}

/** An amount of so many middling positions. */
function money(draw: Draw, name: string, { positionValue, quantum }: Stage, least: number, most: number): string {
  return inUnits(positionValue * draw.wide(name, least, most), quantum);
}
