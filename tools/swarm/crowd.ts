/** A random population, and random agents of every kind. */
import { formatDuration } from "../../sim/index.ts";
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
  "avellaneda-stoikov": (draw, stage) => ({
    riskAversion: draw.wide("riskAversion", 0.1, 10_000),
    arrivalDecay: draw.wide("arrivalDecay", 20, 10_000),
    horizon: duration(draw, "horizon", stage),
    volatilityHalfLife: duration(draw, "volatilityHalfLife", stage),
    volatility: draw.pick("volatility", [0, 0.0008, 0.1]),
    levels: draw.whole("levels", 1, 8),
    spacing: draw.pick("spacing", [0, 0.0006, 0.01]),
    size: money(draw, "size", stage, 0.1, 20),
    inventoryLimit: money(draw, "inventoryLimit", stage, 1, 500),
    stressFrom: draw.pick("stressFrom", [0, 0.0015]),
    stressFull: draw.pick("stressFull", [0.002, 0.05]),
    stressDepth: draw.pick("stressDepth", [0, 0.1, 1]),
  }),
  "backstop-provider": (draw, stage) => ({
    nearest: draw.pick("nearest", [0, 0.01, 0.03]),
    furthest: draw.pick("furthest", [0.03, 0.1, 0.5]),
    levels: draw.whole("levels", 1, 8),
    size: money(draw, "size", stage, 0.1, 20),
    capital: money(draw, "capital", stage, 1, 500),
    requote: draw.pick("requote", [0, 0.005, 0.1]),
    coolDown: duration(draw, "coolDown", stage),
    unwindDistance: draw.pick("unwindDistance", [0, 0.001, 0.02]),
  }),
  "basis-arbitrageur": (draw, stage) => ({
    edge: draw.pick("edge", [0, 0.0005, 0.01]),
    exit: draw.pick("exit", [-0.01, 0]),
    externalCost: draw.pick("externalCost", [0, 0.0005]),
    fundingHorizon: duration(draw, "fundingHorizon", stage),
    size: money(draw, "size", stage, 0.1, 20),
    positionLimit: money(draw, "positionLimit", stage, 1, 500),
  }),
  "leveraged-retail": (draw, stage) => ({
    entryInterval: duration(draw, "entryInterval", stage),
    lookback: duration(draw, "lookback", stage),
    followShare: draw.between("followShare", 0, 1),
    longShare: draw.between("longShare", 0, 1),
    stake: money(draw, "stake", stage, 0.1, 5),
    stakeSpread: draw.pick("stakeSpread", [0, 1, 3]),
    holding: duration(draw, "holding", stage),
    stopShare: draw.between("stopShare", 0, 1),
    stopLoss: draw.pick("stopLoss", [0, 0.3, 1]),
    takeProfitShare: draw.between("takeProfitShare", 0, 1),
    takeProfit: draw.pick("takeProfit", [0, 0.2, 2]),
    worry: draw.pick("worry", [0, 0.3, 0.6]),
    addShare: draw.between("addShare", 0, 1),
    addPart: draw.pick("addPart", [0.01, 0.5, 5]),
    addsMost: draw.whole("addsMost", 0, 10),
    giveUpShare: draw.between("giveUpShare", 0, 1),
    reopenShare: draw.between("reopenShare", 0, 1),
    reopenDelay: duration(draw, "reopenDelay", stage),
    reopenPart: draw.between("reopenPart", 0, 1),
    absence: duration(draw, "absence", stage),
  }),
  "liquidation-buyer": (draw, stage) => ({
    discount: draw.pick("discount", [0, 0.002, 0.02]),
    size: money(draw, "size", stage, 0.1, 20),
    capacity: money(draw, "capacity", stage, 1, 500),
    profitTarget: draw.pick("profitTarget", [0, 0.002, 0.02, 2]),
    holding: duration(draw, "holding", stage),
  }),
  "mean-reversion": (draw, stage) => ({
    memory: duration(draw, "memory", stage),
    entry: draw.pick("entry", [1, 2]),
    exit: draw.pick("exit", [0, 0.5]),
    stop: draw.pick("stop", [3, 10]),
    size: money(draw, "size", stage, 0.1, 20),
    position: money(draw, "position", stage, 1, 100),
  }),
  momentum: (draw, stage) => {
    const slowUs = draw.wide("slow", stage.durationUs / 100, stage.durationUs / 3);
    return {
      fast: formatDuration(Math.max(1, Math.floor(slowUs * draw.pick("fast", [0.05, 0.3])))),
      slow: formatDuration(Math.max(2, Math.ceil(slowUs))),
      entry: draw.pick("entry", [0.0005, 0.005]),
      full: draw.pick("full", [0.001, 0.02]),
      exit: draw.pick("exit", [0, 0.0005]),
      size: money(draw, "size", stage, 0.1, 20),
      positionLimit: money(draw, "positionLimit", stage, 1, 200),
      rebalance: draw.pick("rebalance", [0, 0.1, 1]),
    };
  },
  whale: (draw, stage) => ({
    position: money(draw, "position", stage, 1, 300),
    side: draw.pick("side", ["long", "short"]),
    start: draw.pick("start", ["held", "built"]),
    exitAt: duration(draw, "exitAt", stage),
    slices: draw.pick("slices", [1, 5, 30]),
    jitter: draw.pick("jitter", [0, 0.3, 1]),
    panicLoss: draw.pick("panicLoss", [0, 0.05, 0.2]),
    panicFactor: draw.pick("panicFactor", [1, 5, 20]),
  }),
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

/** Kinds without which hardly anything trades; of the others there are fewer, since every agent costs time. */
const ALWAYS: readonly string[] = ["market-maker", "noise-trader", "arbitrageur"];

/** Entries of a scenario's `agents`: from none at all to several of every kind. */
export function drawAgents(draw: Draw, stage: Stage): Record<string, unknown>[] {
  return Object.entries(AGENT_FIELDS).flatMap(([kind, fieldsOf]) =>
    Array.from(
      { length: draw.pick(`${kind}/entries`, ALWAYS.includes(kind) ? [0, 1, 1, 1, 1, 2, 2, 2] : [0, 0, 0, 1, 1, 2]) },
      (_, index) => {
        const one = draw.within(`${kind}/${index + 1}`);
        return {
          kind,
          count: one.pick("count", ALWAYS.includes(kind) ? [1, 2, 4, 8] : [1, 1, 2]),
          deposit: money(one, "deposit", stage, 0.2, 3000),
          marginMode: one.pick("marginMode", ["isolated", "cross"]),
          leverage: String(one.pick("leverage", [1, 1.5, 2, 2, 3, 3, 5, 10, 33.33, 1000])),
          latency: one.duration("latency", 1, stage.durationUs / 20),
          ...(one.chance("slowBack", 0.5) ? { latencyBack: one.duration("latencyBack", 1, stage.durationUs / 10) } : {}),
          ...(one.chance("slowData", 0.5) ? { marketDataDelay: one.duration("marketDataDelay", 1, stage.durationUs / 10) } : {}),
          interval: one.duration("interval", stage.durationUs / 300, stage.durationUs / 10),
          ...fieldsOf(one, stage),
        };
      },
    ),
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

/** From a hundredth of the run on to the whole of it. */
function duration(draw: Draw, name: string, { durationUs }: Stage): string {
  return draw.duration(name, durationUs / 100, durationUs);
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
