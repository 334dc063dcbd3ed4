/** A table of the page; on a narrow screen each row becomes a card. */
import { type Hole, html, type Markup } from "../html.ts";

/** A column of a table: its heading, and the cell of a row. */
export interface TableColumn<Item> {
  readonly heading: string;
  readonly cell: (row: Item) => Hole;
}

/** A row of more cells is a card on every screen and on paper: its last columns would be cut off. */
const COLUMNS_MOST = 10;

/** Rows under headings. */
export function table<Item>(columns: readonly TableColumn<Item>[], rows: readonly Item[]): Markup {
  return html`<div class="scroll"><table class="${columns.length > COLUMNS_MOST ? "rows wide" : "rows"}"><thead><tr>${columns.map(({ heading }) => html`<th scope="col">${breakable(heading)}</th>`)}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr>${columns.map(({ heading, cell }) => html`<td data-label="${heading}">${html`<span>${cell(row)}</span>`}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

/** A heading that may break after a dot: names of metrics and paths are long, and paper is narrow. */
function breakable(heading: string): Markup {
  return html`${heading.split(/(?<=\.)/).map((part, place) => (place === 0 ? part : html`<wbr>${part}`))}`;
}
