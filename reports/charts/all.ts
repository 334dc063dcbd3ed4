/** Every chart of a report, in the order of the page. */
import { adlChart } from "./adl.ts";
import { adlBurdenChart } from "./adl-burden.ts";
import { cascadeSizesChart } from "./cascade-sizes.ts";
import type { ChartDefinition } from "./chart.ts";
import { closingChart } from "./closing.ts";
import { depthChart } from "./depth.ts";
import { fundChart } from "./fund.ts";
import { liquidationMapChart } from "./liquidation-map.ts";
import { liquidationsChart } from "./liquidations.ts";
import { priceChart } from "./price.ts";
import { secondOpinionChart } from "./second-opinion.ts";

export const CHARTS: readonly ChartDefinition[] = [
  priceChart,
  liquidationMapChart,
  fundChart,
  liquidationsChart,
  cascadeSizesChart,
  closingChart,
  adlChart,
  adlBurdenChart,
  depthChart,
];

/** Those of a run with a twin (CASC-3), after the others. */
export const TWIN_CHARTS: readonly ChartDefinition[] = [secondOpinionChart];
