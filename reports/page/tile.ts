/** A tile: one number with its name, and lines that belong to it. */
import { type Hole, html, type Markup } from "../html.ts";

/**
 * A tile.
 * @param unit stands behind the number; empty for none
 * @param lines name and text of each further number
 */
export function tile(title: string, value: Hole, unit: string, lines: readonly (readonly [string, Hole])[]): Markup {
  return html`<div class="tile"><h2>${title}</h2><div class="value">${value}${unit === "" ? null : html` <small>${unit}</small>`}</div>
<dl>${lines.map(([name, amount]) => html`<dt>${name}</dt><dd>${amount}</dd>`)}</dl></div>`;
}
