/** Every chart of a sweep's report, in the order of the page. */
import type { SweepChart } from "../sweep-chart.ts";
import { adlBurdenChart } from "./adl-burden.ts";
import { cascadesChart } from "./cascades.ts";
import { differencesChart } from "./differences.ts";
import { exceedanceChart } from "./exceedance.ts";
import { fundFanChart } from "./fund.ts";
import { heatChart } from "./heat.ts";
import { liquidationMapChart } from "./liquidation-map.ts";
import { metricsChart } from "./metrics.ts";
import { paretoChart } from "./pareto.ts";
import { replayChart } from "./replay.ts";
import { tornadoChart } from "./tornado.ts";

export const SWEEP_CHARTS: readonly SweepChart[] = [
  metricsChart,
  heatChart,
  tornadoChart,
  differencesChart,
  paretoChart,
  fundFanChart,
  exceedanceChart,
  cascadesChart,
  liquidationMapChart,
  adlBurdenChart,
  replayChart,
];
