/** A chart in a page: its title, a sentence, and the place where the script draws it. */
import type { Spec } from "../charts/chart.ts";
import { html, type Markup } from "../html.ts";

/** A chart of any report: with `spec` null there was nothing to show, and `caption` says why. */
export interface PageChart {
  /** Name of its files, such as `price`; no other chart or section of the page has it. */
  readonly name: string;
  readonly title: string;
  /** A sentence: the chart in numbers, and how to read it. */
  readonly caption: string;
  /** A valid Vega-Lite specification with its data in it, for light paper; made by `sheet`. */
  readonly spec: Spec | null;
}

/** The chart's figure. The script of the page draws it and puts its links to save it below. */
export function figure(chart: PageChart): Markup {
  const body =
    chart.spec === null
      ? html`<p class="nothing">${chart.caption}</p>`
      : html`<div class="chart" id="chart-${chart.name}" role="img" aria-label="${chart.title}"></div>`;
  return html`<figure id="${chart.name}"><figcaption><h2>${chart.title}</h2>${chart.spec === null ? null : html`<p>${chart.caption}</p>`}</figcaption>${body}</figure>`;
}
