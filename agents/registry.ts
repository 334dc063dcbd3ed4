/** Every kind of agent by name, as a scenario's `agents` names it. */
import { arbitrageur } from "./arbitrageur.ts";
import { avellanedaStoikov } from "./avellaneda-stoikov.ts";
import { backstopProvider } from "./backstop-provider.ts";
import { basisArbitrageur } from "./basis-arbitrageur.ts";
import type { AgentDefinition } from "./definition.ts";
import { leveragedRetail } from "./leveraged-retail.ts";
import { liquidationBuyer } from "./liquidation-buyer.ts";
import { marketMaker } from "./market-maker.ts";
import { meanReversion } from "./mean-reversion.ts";
import { momentum } from "./momentum.ts";
import { noiseTrader } from "./noise-trader.ts";
import { whale } from "./whale.ts";

const DEFINITIONS = [
  marketMaker,
  avellanedaStoikov,
  noiseTrader,
  momentum,
  meanReversion,
  arbitrageur,
  basisArbitrageur,
  leveragedRetail,
  whale,
  liquidationBuyer,
  backstopProvider,
] as unknown as readonly AgentDefinition<never>[];

export const AGENTS: Readonly<Record<string, AgentDefinition<never>>> = Object.fromEntries(
  DEFINITIONS.map((definition) => [definition.kind, definition]),
);
