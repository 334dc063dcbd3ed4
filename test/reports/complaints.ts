import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { ReportChart } from "../../reports/report-charts.ts";

/** Compiles and draws a chart, collecting what Vega-Lite and Vega complain about. */
export async function complaints(chart: ReportChart): Promise<string[]> {
  const heard: string[] = [];
  const hear = (...args: readonly unknown[]) => {
    heard.push(args.join(" "));
    return logger;
  };
  const logger = {
    level: () => logger,
    error: hear,
    warn: hear,
    info: () => logger,
    debug: () => logger,
  } as unknown as vega.LoggerInterface;
  const { spec } = compile(chart.spec as unknown as TopLevelSpec, { logger });
  const view = new vega.View(vega.parse(spec), { renderer: "none", logger });
  await view.toSVG();
  view.finalize();
  return heard;
}
