/** A table of the page; on a narrow screen each row becomes a card. */
import { type Hole, html, type Markup } from "../html.ts";

/** A column of a table: its heading, and the cell of a row. */
export interface TableColumn<Item> {
  readonly heading: string;
  readonly cell: (row: Item) => Hole;
}

/** Rows under headings. */
export function table<Item>(columns: readonly TableColumn<Item>[], rows: readonly Item[]): Markup {
  return html`<div class="scroll"><table class="rows"><thead><tr>${columns.map(({ heading }) => html`<th scope="col">${heading}</th>`)}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr>${columns.map(({ heading, cell }) => html`<td data-label="${heading}">${html`<span>${cell(row)}</span>`}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}
