/** The scenario of a seed: random venue, shock, population, agents and pool, written as a user would write it. */
import { formatDuration } from "../../sim/index.ts";
import { drawAssets } from "./assets.ts";
import { drawContract, type Scale } from "./contract.ts";
import { drawAgents, drawPopulation } from "./crowd.ts";
import { Draw, inUnits } from "./draw.ts";
import { drawRules } from "./rules.ts";
import { drawCorrelation, drawDroughts, drawGaps, drawProcess } from "./shocks.ts";

/** A scenario file's content: the same for the same seed, and always valid. */
export function drawScenario(seed: number): Record<string, unknown> {
  const draw = new Draw(seed);
  const { contract, scale } = drawContract(draw.within("contract"));
  const times = drawTimes(draw.within("times"));
  const stage = { ...scale, ...times, positionValue: scale.lotValue * draw.wide("positionLots", 8, 500) };
  const interval = formatDuration(times.intervalUs);
  const contracts = drawContracts(draw, contract);
  const shockOf = (place: string) => drawShock(draw.within(place), scale, times);
  const symbols = contracts.map(({ symbol }) => String(symbol));
  const rules = drawRules(draw.within("venue"), scale);
  const others = drawAssets(draw.within("assets"), scale);
  return {
    name: `swarm-${seed}`,
    seed,
    start: draw.pick("start", ["1970-01-01T00:00:00Z", "2025-10-10T20:00:00.000001Z", "2025-10-11T07:59:57Z", "2025-10-11T07:58:00Z"]),
    duration: formatDuration(times.durationUs),
    venue: { name: "swarm", ...rules, collateral: others.haircuts, instruments: contracts },
    instruments: symbols,
    assets: { [String(contract["settle"])]: { quantum: scale.quantum }, ...others.assets },
    index: { interval, ...drawMarkets(draw.within("index"), times), gaps: drawGaps(draw.within("gaps"), times) },
    shock:
      symbols.length === 1
        ? shockOf("shock")
        : Object.fromEntries(symbols.map((symbol, number) => [symbol, shockOf(number === 0 ? "shock" : `shock/${symbol}`)])),
    shockCorrelation: drawCorrelation(draw.within("shockCorrelation"), symbols.length),
    droughts: drawDroughts(draw.within("droughts"), symbols, times),
    population: {
      ...drawPopulation(draw.within("population"), stage),
      instrumentsEach: draw.whole("instrumentsEach", 1, symbols.length),
      collateral: others.population,
    },
    agents: drawAgents(draw.within("agents"), stage).map((entry, number) => {
      const one = draw.within(`agents/${number}`);
      const instrument = one.pick("instrument", [null, null, ...symbols]);
      const collateral = one.chance("collateral", 0.4) ? others.ofAgent(one) : {};
      return { ...entry, collateral, ...(instrument === null ? {} : { instrument }) };
    }),
    pools: Object.fromEntries(
      [...new Set(contracts.map(({ base }) => String(base)))].map((base) => [
        `perpetual/${base}/Y`,
        { seedCapital: drawSeedCapital(base === "X" ? draw : draw.within(`pool/${base}`), stage) },
      ]),
    ),
    vault: { seedCapital: drawVaultCapital(draw.within("vault"), rules, stage) },
    adlDeclared: drawDeclared(draw.within("declared"), rules, times),
    cascades: { halfLife: draw.duration("halfLife", times.intervalUs / 10, times.durationUs * 2) },
    record: { samples: draw.duration("samples", times.intervalUs / 2, times.durationUs), orders: draw.chance("orders", 0.5) },
  };
}

/** Times at which auto-deleveraging is declared, for a venue that has the trigger. */
function drawDeclared(
  draw: Draw,
  rules: Record<string, unknown>,
  { intervalUs, durationUs }: ReturnType<typeof drawTimes>,
): Record<string, unknown>[] {
  const { triggers } = rules["adl"] as { readonly triggers: readonly string[] };
  if (!triggers.includes("declared")) return [];
  return Array.from({ length: draw.whole("count", 0, 2) }, (_, index) => {
    const one = draw.within(String(index));
    return { at: formatDuration(Math.floor(one.between("at", 0, 0.9) * durationUs)), for: one.duration("for", intervalUs, durationUs) };
  });
}

/** The contract, and in some scenarios others beside it: of another underlying, or of the same, with which it shares a pool. */
function drawContracts(draw: Draw, contract: Record<string, unknown>): Record<string, unknown>[] {
  const count = draw.pick("contracts", [1, 1, 1, 2, 3]);
  const others = Array.from({ length: count - 1 }, (_, index) => {
    const base = draw.within(`contract/${index + 2}`).pick("base", ["X", `X${index + 2}`]);
    return { ...contract, symbol: `${base}-Y-${index + 2}`, base };
  });
  return [contract, ...others];
}

/** Markets near the path, with outages that may leave none of them, and what trading outside does to it. */
function drawMarkets(draw: Draw, { intervalUs, durationUs }: ReturnType<typeof drawTimes>): Record<string, unknown> {
  const impact = {
    perMillion: draw.pick("perMillion", ["0", "0.001", "0.05"]),
    halfLife: draw.duration("halfLife", intervalUs, durationUs),
  };
  const markets = Array.from({ length: draw.pick("markets", [0, 0, 1, 2, 3]) }, (_, index) => {
    const one = draw.within(`market/${index + 1}`);
    const at = Math.floor(one.between("at", 0, 0.9) * durationUs);
    const outage = { at: formatDuration(at), for: one.duration("for", intervalUs, durationUs) };
    return {
      name: `market-${index + 1}`,
      weight: one.whole("weight", 1, 5),
      offset: one.pick("offset", ["0", "0.001", "-0.004"]),
      outages: one.chance("outage", 0.5) ? [outage] : [],
    };
  });
  return { ...(markets.length === 0 ? {} : { markets }), impact: draw.chance("impact", 0.5) ? impact : null };
}

function drawTimes(draw: Draw): { intervalUs: number; durationUs: number } {
  const intervalUs = draw.pick("interval", [1_000, 250_000, 1_000_000, 7_000_000, 60_000_000]);
  return { intervalUs, durationUs: intervalUs * Math.round(draw.wide("steps", 8, 300)) };
}

/** A drawn process, or an index through jumps, falls and rises of up to nine tenths or fourfold, calm or wild between them. */
function drawShock(draw: Draw, { startPrice }: Scale, times: ReturnType<typeof drawTimes>): Record<string, unknown> {
  const process = drawProcess(draw.within("process"), startPrice, times);
  if (process !== null) return process;
  const { durationUs } = times;
  let atUs = 0;
  const waypoints = Array.from({ length: draw.pick("waypoints", [0, 1, 2, 3, 5]) }, (_, index) => {
    const one = draw.within(`waypoint/${index + 1}`);
    atUs += Math.max(1, Math.floor(one.wide("after", 0.003, 0.19) * durationUs));
    const size = one.wide("size", 0.01, one.pick("most", [0.1, 0.4, 3]));
    const change = one.chance("up", 0.5) ? size : -size / (1 + size);
    return { at: formatDuration(atUs), change: Math.round(change * 1e6) / 1e6 };
  });
  return {
    generate: "waypoints",
    startPrice,
    waypoints,
    interpolation: draw.pick("interpolation", ["geometric", "linear"]),
    volatility: draw.pick("volatility", [0, 0.5, 5, 30, 100]),
  };
}

/** From nothing, with which a vault begins by what it takes, to more than it can use. */
function drawVaultCapital(
  draw: Draw,
  rules: Record<string, unknown>,
  stage: { readonly positionValue: number; readonly quantum: string },
): string {
  return rules["backstop"] === null && rules["surplusTo"] !== "vault" ? "0" : drawSeedCapital(draw, stage);
}

/** Often nothing or next to nothing, so that ADL and the house have to pay. */
function drawSeedCapital(draw: Draw, { positionValue, quantum }: { readonly positionValue: number; readonly quantum: string }): string {
  const positions = draw.pick("seedCapital", [0, 0, 0.001, 0.05, 1, 1000]);
  return positions === 0 ? "0" : inUnits(positionValue * positions, quantum);
}
