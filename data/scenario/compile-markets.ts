/** The external markets of a scenario in whole units: the same ones stand around every contract, each with its droughts (MARK-1, MARK-4). */
import { parseDuration, parseTime } from "../../sim/kernel/time.ts";
import type { ImpactRules } from "../../sim/market/external-impact.ts";
import type { ExternalMarket } from "../../sim/market/external-markets.ts";
import type { Asset } from "../../sim/venue/asset.ts";
import { parseRatio } from "../../sim/venue/decimal.ts";
import { compileDroughts } from "./compile-droughts.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";

/** The external markets of a scenario. */
export interface CompiledMarkets {
  readonly externalMarkets: readonly ExternalMarket[];
  readonly externalImpact: ImpactRules | null;
}

/** The external markets of a scenario, and what trading on them does (MARK-1, MARK-4). */
export function compileMarkets(scenario: ResolvedScenario, asset: Asset, symbol: string): CompiledMarkets {
  const { index, start } = scenario;
  const startUs = parseTime(start, "start");
  const { impact } = index;
  return {
    externalMarkets: index.markets.map(({ name, weight, offset, outages }, number) => ({
      name,
      weight,
      offset: parseRatio(offset, `index.markets.${number}.offset`),
      // In a gap of the index every market fails at once.
      outages: [...outages, ...index.gaps].map((outage) => {
        const fromUs = startUs + parseDuration(outage.at, "index.markets: outages: at");
        return { fromUs, untilUs: fromUs + parseDuration(outage.for, "index.markets: outages: for") };
      }),
    })),
    externalImpact:
      impact === null
        ? null
        : {
            partPerQuantum: (Number(impact.perMillion) * Number(asset.quantum)) / 1e6,
            halfLifeUs: parseDuration(impact.halfLife, "index.impact.halfLife"),
            droughts: compileDroughts(scenario, symbol),
          },
  };
}
