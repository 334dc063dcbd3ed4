/** The rules that swarm venues choose among: by dotted path in the venue, every value that a run simulates. A new rule is one line. */
import { ADL_POLICIES } from "../../sim/index.ts";
import type { Scale } from "./contract.ts";
import { type Draw, inUnits } from "./draw.ts";

export const RULES: Readonly<Record<string, readonly unknown[]>> = {
  walletModel: ["separate", "unified"],
  marginModeChange: ["instrument", "account"],
  unrealizedProfitAsMargin: ["own", "none", "all"],
  positionValueAt: ["mark", "mark", "entry"],
  tiersIncludeOpenOrders: [false, false, true],
  tierScheme: ["flat", "marginal"],
  closingFeeInPositionMargin: ["once", "twice"],
  maintenanceIncludesClosingFee: [true, false],
  closingFeeRate: ["taker", "liquidation"],
  triggerAt: ["at-or-below", "below"],
  bankruptcyAt: ["closing-fee", "zero"],
  partialLiquidation: ["full", "tier-step", "ladder", "fraction", "just-enough", "to-initial"],
  "fraction.part": ["0.05", "0.2", "0.5", "1"],
  "fraction.coolDown": ["1ms", "7s", "1m"],
  takeoverAt: ["bankruptcy", "bankruptcy", "mark"],
  surplusTo: ["pool", "trader", "vault"],
  backstop: [null, { belowMaintenance: "2/3" }, { belowMaintenance: "1" }],
  selfTradePrevention: ["cancel-oldest", "cancel-newest", "cancel-both"],
  priceBand: [null, null, "0.3", "0.02", "0.001"],
  "index.combine": ["mean", "median"],
  "index.staleAfter": ["1ms", "5s", "2m"],
  "index.ownMarketWeight": ["0", "0", "0.05", "0.4", "1"],
  "mark.rule": ["index", "index-ema", "index-basis", "median"],
  "mark.average": ["1s", "30s", "10m"],
  "mark.clamp": ["0", "0.001", "0.03", "0.3"],
  "fund.settlement": ["continuous", "daily"],
  "fund.feeShare": ["0", "0.1", "1"],
  "fund.residual": ["house", "pro-rata-profit", "per-open-interest"],
  "adl.triggers": [
    ["fund-short"],
    ["fund-short"],
    ["negative-equity"],
    ["fund-short", "negative-equity"],
    ["fund-short", "drawdown"],
    ["fund-short", "mark-beyond-bankruptcy"],
    ["declared", "drawdown"],
  ],
  "adl.beyond": ["0", "0.01", "0.1"],
  "adl.drawdown.window": ["1s", "1m", "8h"],
  "adl.drawdown.reference": ["peak", "average"],
  "adl.drawdown.start": ["0.05", "0.3", "1"],
  "adl.drawdown.stop": [null, "0.05", "0"],
  "adl.policy": Object.keys(ADL_POLICIES),
  "adl.price": ["bankruptcy", "mark", "previous-mark", "bankruptcy-unless-far"],
  "adl.far": ["0", "0.01", "0.2"],
  "adl.eligible": ["all", "profitable"],
  "adl.cancels": ["instrument", "account"],
  "fees.maker": ["-0.0005", "-0.0001", "0", "0.0002", "0.002"],
  "fees.taker": ["0", "0.0003", "0.0005", "0.004"],
  "fees.liquidation": ["0", "0.0005", "0.005", "0.02"],
};

/** The rules of a venue as its profile has them. */
export function drawRules(draw: Draw, scale: Scale): Record<string, unknown> {
  const rules: Record<string, unknown> = {};
  for (const [path, values] of Object.entries(RULES)) put(rules, path.split("."), draw.pick(path, values));
  // Values at entry with orders that count are refused: no trigger is found for them.
  if (rules["positionValueAt"] === "entry") rules["tiersIncludeOpenOrders"] = false;
  // A takeover at the mark leaves the vault no margin: refused.
  if (rules["takeoverAt"] === "mark") rules["backstop"] = null;
  put(rules, ["fraction", "above"], inUnits(scale.lotValue * draw.wide("fraction.aboveLots", 0.5, 500), scale.quantum));
  rules["funding"] = draw.chance("funding", 0.5) ? drawFunding(draw.within("funding"), scale) : null;
  return rules;
}

/** Intervals from less than a mark to longer than the run, rates from none to ruinous. */
function drawFunding(draw: Draw, { lotValue, quantum }: Scale): Record<string, unknown> {
  return {
    interval: draw.pick("interval", ["1s", "7s", "1m", "10m", "8h"]),
    interest: draw.pick("interest", ["-0.001", "0", "0.0001", "0.02"]),
    clamp: draw.pick("clamp", ["0", "0.0005", "0.01"]),
    cap: draw.pick("cap", ["0", "0.0075", "0.05"]),
    impactNotional: inUnits(lotValue * draw.wide("impactLots", 0.5, 2000), quantum),
  };
}

function put(target: Record<string, unknown>, [field = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[field] = value;
    return;
  }
  target[field] ??= {};
  put(target[field] as Record<string, unknown>, rest, value);
}
