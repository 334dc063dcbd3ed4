/** Charts as SVG and PNG, without a browser. */
import { Resvg } from "@resvg/resvg-js";
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Spec } from "./charts/chart.ts";
import { fontOptions } from "./fonts.ts";
import { textWidth } from "./text-width.ts";
import { LIGHT } from "./theme.ts";

/** Pixels of a PNG per pixel of the SVG. */
const PNG_SCALE = 2;
/** Room around an exported chart, pixels. */
const PADDING = 16;

/** How wide vega takes a text to be: its own hook, which its types leave out. */
interface TextMetrics {
  width(item: { readonly fontSize?: number; readonly fontWeight?: string | number }, text: unknown): number;
}

/**
 * Draws a Vega-Lite specification. The same specification gives the same bytes on any
 * machine: texts are measured by a table of DejaVu Sans, whatever fonts or canvas are installed.
 * @throws Error when the specification does not compile
 */
export async function renderSvg(spec: Spec, background: string = LIGHT.paper): Promise<string> {
  (vega as unknown as { textMetrics: TextMetrics }).textMetrics.width = (item, text) => textWidth(String(text ?? "").trim(), item);
  const warnings = vega.logger(vega.Warn);
  const runtime = vega.parse(compile(withBackground(spec, background), { logger: warnings }).spec);
  const view = new vega.View(runtime, { renderer: "none", logger: warnings });
  try {
    return trimmed(await view.toSVG(), spec);
  } finally {
    view.finalize();
  }
}

function withBackground(spec: Spec, background: string): TopLevelSpec {
  return { ...spec, background, padding: PADDING } as unknown as TopLevelSpec;
}

/** A sheet is as wide as it says: a caption may be measured a little wider than it is drawn. */
function trimmed(svg: string, spec: Spec): string {
  const width = (spec["usermeta"] as { width?: number } | undefined)?.width;
  if (width === undefined) return svg;
  const whole = width + 2 * PADDING;
  return svg.replace(/^(<svg[^>]*?) width="[\d.]+"([^>]*?) viewBox="0 0 [\d.]+ /, `$1 width="${whole}"$2 viewBox="0 0 ${whole} `);
}

/** Rasterises an SVG at `scale` pixels a pixel. */
export function renderPng(svg: string, scale = PNG_SCALE): Uint8Array {
  return new Resvg(svg, { fitTo: { mode: "zoom", value: scale }, font: fontOptions() }).render().asPng();
}
