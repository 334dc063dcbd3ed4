/** Small runs that between them book everything a run can book. */
import { join } from "node:path";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { runExperiment, writeExperiment } from "../../../lab/experiment.ts";
import { registries } from "../../../lab/registries.ts";

/** Down, up and down again, so that longs and shorts are liquidated side by side. */
const SWING = 'shock.waypoints=[{"at":"4m","change":-0.14},{"at":"6m","change":0.1},{"at":"9m","change":-0.1}]';
const TINY = [SWING, "duration=12m", "population.accounts=300"];
const AGENTS = ["agents.0.count=2", "agents.1.count=1", "agents.1.inventoryLimit=600000", "agents.2.count=6"];
/** Funding at an interest that the premium hardly moves. */
export const fundingAt = (interest: string, interval = "2m") =>
  `venue.funding={"interval":"${interval}","interest":"${interest}","clamp":"0.05","cap":"0.05","impactNotional":"10000"}`;
const POOL = "pools.perpetual/BTC/USDT.seedCapital";

export interface SmallRun {
  readonly name: string;
  /** A bundled scenario; left out: one with one contract. */
  readonly scenario?: string;
  readonly sets: readonly string[];
  readonly seed: number;
}

/** Bitcoin swings, and ether twice as far, so that whoever is in both is liquidated in one or in both. */
const BOTH = [
  'shock.BTC-USDT.waypoints=[{"at":"4m","change":-0.14},{"at":"6m","change":0.1},{"at":"9m","change":-0.1}]',
  'shock.ETH-USDT.waypoints=[{"at":"3m","change":0.2},{"at":"6m","change":-0.2},{"at":"9m","change":0.1}]',
  ...["duration=12m", "population.accounts=200", "population.instrumentsEach=2", "population.crossShare=0"],
  ...["agents.0.count=1", "agents.1.inventoryLimit=600000", "agents.2.count=1", "agents.2.inventoryLimit=400000", "agents.3.count=5"],
];

/** Runs of two contracts: with a pool each, and with one for both. */
export const SEVERAL: readonly SmallRun[] = [
  {
    name: "two contracts, a fund each",
    scenario: "contagion",
    sets: [...BOTH, `${POOL}=2000`, "pools.perpetual/ETH/USDT.seedCapital=1000", fundingAt("0.002", "3m")],
    seed: 1,
  },
  {
    name: "two contracts of one underlying, one fund, in cents",
    scenario: "contagion",
    sets: [
      ...[...BOTH, 'pools={"perpetual/BTC/USDT":{"seedCapital":"3000"}}', "instruments.1.base=BTC", "assets.USDT.quantum=0.01"],
      ...["population.instrumentsEach=1", fundingAt("-0.003", "4m")],
    ],
    seed: 2,
  },
];

export const SMALL_RUNS: readonly SmallRun[] = [
  { name: "a fund that runs dry", sets: [...TINY, ...AGENTS, `${POOL}=1000`], seed: 1 },
  {
    name: "cents, so that values are rounded",
    sets: [...TINY, ...AGENTS, "assets.USDT.quantum=0.01", `${POOL}=100`],
    seed: 2,
  },
  {
    name: "whole dollars, so that rounding costs the house",
    sets: [...TINY, ...AGENTS, "assets.USDT.quantum=1", `${POOL}=100`, "population.size.median=200000"],
    seed: 1,
  },
  {
    name: "rebates, another closing fee, bankruptcy at zero",
    sets: [
      ...[...TINY, ...AGENTS, `${POOL}=0`],
      'instruments.0.fees={"maker":"-0.0001","taker":"0.0005","liquidation":"0.001"}',
      ...["venue.closingFeeRate=liquidation", "venue.closingFeeInPositionMargin=twice", "venue.bankruptcyAt=zero"],
    ],
    seed: 3,
  },
  {
    name: "a thin book of daring traders, who lose more than their margin",
    sets: [
      ...[...TINY, `${POOL}=10`, "index.interval=30s", "record.samples=30s"],
      ...["agents.0.count=1", "agents.0.halfSpread=0.05", "agents.0.leverage=2", "agents.1.count=1"],
      ...["agents.2.count=12", "agents.2.leverage=50", "agents.2.deposit=5000", "agents.2.interval=3s", "agents.2.mostSize=5000"],
    ],
    seed: 1,
  },
  { name: "funding that not every margin holds, nor the pool", sets: [...TINY, ...AGENTS, `${POOL}=20`, fundingAt("0.04")], seed: 5 },
  {
    name: "funding that shorts pay, in cents, a mark of three prices, and a market that fails",
    sets: [
      ...[...TINY, ...AGENTS, "assets.USDT.quantum=0.01", `${POOL}=500`, fundingAt("-0.004"), "venue.mark.rule=median"],
      ...["venue.index.combine=median", "venue.index.ownMarketWeight=0.1", "index.impact.perMillion=0.0002"],
      'index.markets=[{"name":"a","weight":2},{"name":"b","offset":"0.001","outages":[{"at":"2m","for":"3m"}]}]',
      'agents.3={"kind":"arbitrageur","edge":0.001}',
    ],
    seed: 6,
  },
  {
    name: "a fund settled in the midst of it",
    sets: [
      ...TINY,
      ...AGENTS,
      `${POOL}=1000`,
      "venue.fund.settlement=daily",
      "start=2025-10-10T07:55:00Z",
      fundingAt("0.002"),
      "venue.fund.feeShare=0.25",
    ],
    seed: 1,
  },
  { name: "no market at all", sets: [...TINY, "agents=[]", `${POOL}=0`], seed: 2 },
  {
    name: "positions that nobody but the house would take",
    sets: [...TINY, "agents=[]", `${POOL}=0`, "venue.adl.eligible=profitable", "population.entryDeviation=0.4", "population.accounts=20"],
    seed: 1,
  },
];

/** Losses that not even ADL could place, shared in the two ways there are. */
export const SHARED_LOSSES: readonly SmallRun[] = (["pro-rata-profit", "per-open-interest"] as const).map((residual) => ({
  name: `what nobody but the house would take, shared ${residual}`,
  sets: [
    ...[...TINY, "agents=[]", `${POOL}=50`, "venue.adl.eligible=profitable", "population.entryDeviation=0.4", "population.accounts=60"],
    ...[
      "index.interval=60s",
      "record.samples=60s",
      `venue.fund.residual=${residual}`,
      "venue.fund.settlement=daily",
      "venue.fund.feeShare=0.3",
      "start=2025-10-10T07:55:00Z",
    ],
  ],
  seed: 2,
}));

/** Tiers so low that positions stand in all of them. */
const lowTiers = (unit: "quote" | "base", bounds: readonly (string | null)[]) =>
  `instruments.0.tiers=${JSON.stringify(
    bounds.map((upTo, place) => ({
      upTo,
      unit,
      maintenanceMarginRate: (0.004 + 0.006 * place).toFixed(3),
      maxLeverage: String(50 - 10 * place),
    })),
  )}`;
const IN_VALUE = lowTiers("quote", ["1500", "6000", null]);
const IN_LOTS = lowTiers("base", ["0.02", "0.1", null]);
/** A book so thin that much has to wait for the next mark. */
const THIN = ["agents.0.count=1", "agents.0.size=3000", "agents.0.levels=3", "agents.1.count=1", "agents.1.size=3000", "agents.2.count=6"];
const reducing = (scheme: string) => `venue.partialLiquidation=${scheme}`;
const FRACTION = 'venue.fraction={"part":"0.3","above":"2000","coolDown":"90s"}';

/** Runs in which positions are reduced before they are taken over, by every scheme (LIQ-3). */
export const REDUCING: readonly SmallRun[] = [
  { name: "down a tier at a time", sets: [...TINY, ...AGENTS, `${POOL}=500`, reducing("tier-step"), IN_VALUE], seed: 1 },
  {
    name: "down to the tier below, in cents",
    sets: [...TINY, ...THIN, `${POOL}=100`, reducing("ladder"), IN_LOTS, "assets.USDT.quantum=0.01"],
    seed: 2,
  },
  {
    name: "a fraction at a time, with funding",
    sets: [...TINY, ...THIN, `${POOL}=500`, reducing("fraction"), FRACTION, fundingAt("0.004")],
    seed: 3,
  },
  { name: "just enough, from a book with next to nothing in it", sets: [...TINY, ...THIN, `${POOL}=0`, reducing("just-enough")], seed: 4 },
  {
    name: "to initial margin, valued at entry, in whole dollars, where surplus is the trader's",
    sets: [
      ...[...TINY, ...AGENTS, `${POOL}=100`, reducing("to-initial"), IN_VALUE, "assets.USDT.quantum=1"],
      ...["population.size.median=200000", "venue.surplusTo=trader", "venue.positionValueAt=entry"],
    ],
    seed: 5,
  },
  {
    name: "of daring traders, whose own orders trade against the engine",
    sets: [
      ...[...TINY, `${POOL}=10`, "index.interval=30s", "record.samples=30s", reducing("tier-step"), IN_LOTS],
      ...["agents.0.count=1", "agents.0.halfSpread=0.05", "agents.0.leverage=2", "agents.1.count=1"],
      ...["agents.2.count=12", "agents.2.leverage=50", "agents.2.deposit=5000", "agents.2.interval=3s", "agents.2.mostSize=5000"],
    ],
    seed: 31,
  },
  {
    name: "in two contracts, just enough",
    scenario: "contagion",
    sets: [...BOTH, `${POOL}=2000`, "pools.perpetual/ETH/USDT.seedCapital=1000", fundingAt("0.002", "3m"), reducing("just-enough")],
    seed: 6,
  },
];

/** Runs of two contracts in which holders and agents margin their positions together, under rules that decide about it. */
export const CROSS: readonly SmallRun[] = [
  {
    name: "all profit counts, a fund each, funding",
    scenario: "contagion",
    sets: [
      ...[...BOTH, `${POOL}=500`, "pools.perpetual/ETH/USDT.seedCapital=200", fundingAt("0.004", "3m"), "population.crossShare=0.7"],
      ...["venue.unrealizedProfitAsMargin=all", "agents.0.marginMode=cross", "agents.3.marginMode=cross"],
    ],
    seed: 1,
  },
  {
    name: "own profit, just enough, in cents, surplus the trader's",
    scenario: "contagion",
    sets: [
      ...[...BOTH, `${POOL}=0`, "pools.perpetual/ETH/USDT.seedCapital=0", "population.crossShare=1", reducing("just-enough")],
      ...["venue.unrealizedProfitAsMargin=own", "assets.USDT.quantum=0.01", "venue.surplusTo=trader", "agents.3.marginMode=cross"],
      ...["venue.tiersIncludeOpenOrders=true", "venue.fund.residual=per-open-interest", "venue.adl.eligible=profitable"],
    ],
    seed: 2,
  },
  {
    name: "no profit, taken over at the mark",
    scenario: "contagion",
    sets: [
      ...[...BOTH, `${POOL}=100`, "pools.perpetual/ETH/USDT.seedCapital=100", "population.crossShare=1", fundingAt("-0.02", "2m")],
      ...["venue.unrealizedProfitAsMargin=none", "venue.takeoverAt=mark", "venue.bankruptcyAt=zero", "agents.3.marginMode=cross"],
    ],
    seed: 3,
  },
];

/** Runs of two contracts in which some holders hedge and some have other assets beside their wallets. */
export const HEDGED: readonly SmallRun[] = [
  {
    name: "legs offset, bitcoin sold, at its index",
    scenario: "contagion",
    sets: [
      ...[...BOTH, `${POOL}=500`, "pools.perpetual/ETH/USDT.seedCapital=200", fundingAt("0.004", "3m"), "population.crossShare=0.9"],
      ...["population.hedgedShare=0.4", reducing("just-enough"), 'population.collateral=[{"asset":"BTC","share":0.6,"part":0.8}]'],
      ...["agents.0.marginMode=cross", "agents.3.marginMode=cross", 'agents.3.collateral={"BTC":"0.01"}'],
      'assets={"USDT":{"quantum":"0.000001"},"BTC":{"quantum":"0.00000001"}}',
      'venue.collateral={"BTC":[{"upTo":"0.01","haircut":"0.05"},{"upTo":null,"haircut":"0.2"}]}',
    ],
    seed: 1,
  },
  {
    name: "own profit of two legs, two assets, one at a price of its own, in cents",
    scenario: "contagion",
    sets: [
      ...[...BOTH, `${POOL}=100`, "pools.perpetual/ETH/USDT.seedCapital=0", "population.crossShare=1", "population.hedgedShare=0.5"],
      ...["venue.unrealizedProfitAsMargin=own", "venue.surplusTo=trader", "agents.3.marginMode=cross", "venue.takeoverAt=mark"],
      'population.collateral=[{"asset":"ETH","share":0.5,"part":0.5},{"asset":"USDC","share":0.5,"part":0.5}]',
      'assets={"USDT":{"quantum":"0.01"},"ETH":{"quantum":"0.00001"},"USDC":{"quantum":"0.01","price":"0.999"}}',
      'venue.collateral={"ETH":[{"upTo":null,"haircut":"0.1"}],"USDC":[{"upTo":"100","haircut":"0"},{"upTo":null,"haircut":"0.03"}],"USDT":[{"upTo":"500","haircut":"0"},{"upTo":null,"haircut":"0.01"}]}',
    ],
    seed: 2,
  },
];

const BACKSTOP = 'venue.backstop={"belowMaintenance":"2/3"}';
const VAULT = "vault.seedCapital";

/** Runs with a backstop vault (LIQ-4, LIQ-5). */
export const VAULTED: readonly SmallRun[] = [
  {
    name: "a vault that takes positions, pays and receives funding, in cents",
    sets: [...TINY, ...THIN, `${POOL}=500`, BACKSTOP, `${VAULT}=20000`, fundingAt("0.004"), "assets.USDT.quantum=0.01"],
    seed: 2,
  },
  {
    name: "a poor one that gets what is left over, and cannot pay all it loses",
    sets: [
      ...[...TINY, ...THIN, `${POOL}=10`, 'venue.backstop={"belowMaintenance":"1"}', `${VAULT}=100`, "venue.surplusTo=vault"],
      ...["venue.bankruptcyAt=zero", fundingAt("-0.03"), "venue.fund.residual=per-open-interest"],
    ],
    seed: 3,
  },
  {
    name: "of two contracts, beside reductions",
    scenario: "contagion",
    sets: [
      ...[...BOTH, `${POOL}=2000`, BACKSTOP, `${VAULT}=50000`, "venue.surplusTo=trader", reducing("fraction"), FRACTION],
      fundingAt("0.002", "3m"),
    ],
    seed: 4,
  },
  {
    name: "of Hyperliquid",
    sets: [
      ...TINY,
      ...THIN,
      "venue=hyperliquid",
      'instruments=["BTC"]',
      'assets={"USDC":{"quantum":"0.000001"}}',
      "pools={}",
      `${VAULT}=100000`,
      "agents.2.leverage=20",
    ],
    seed: 5,
  },
];

/** Runs it and writes its directory. Returns the directory. */
export async function recordRun(folder: string, { name, scenario: base = "flash-crash", sets, seed }: SmallRun): Promise<string> {
  const scenario = await resolveScenario(base, { sets: [...sets], seed, registries });
  const result = await runExperiment(scenario);
  const directory = join(folder, `${name}-${seed}`);
  await writeExperiment(directory, scenario, result, { version: "0", startedAt: "", wallSeconds: 0 });
  return directory;
}
