/** Parts of the pages of both kinds of comparison: the header, figures of any unit, notes, and what differs field by field. */
import type { ComparedUnit, FieldDifference } from "../../data/store/comparison.ts";
import { count, decimal, duration, money, percent } from "../format.ts";
import { html, type Markup } from "../html.ts";
import { table } from "../page/table.ts";

/** The page names so many fields; the JSON document has all. */
const FIELDS_MOST = 200;
/** A value is shown up to so many characters. */
const VALUE_MOST = 120;

/** A figure with its unit, as people read it. */
export function figureText(value: string | number | null, unit: ComparedUnit, settle: string): string {
  if (value === null) return "–";
  if (unit === "amount") return money(value, settle);
  if (unit === "count") return Number.isInteger(Number(value)) ? count(Number(value)) : decimal(Number(value), 2);
  if (unit === "ratio") return percent(Number(value), 2);
  return Number(value) < 0 ? `\u2212${duration(-Number(value))}` : duration(Number(value));
}

/** The same with a plus before what is above zero. */
export function signedText(value: string | number | null, unit: ComparedUnit, settle: string): string {
  const text = figureText(value, unit, settle);
  return value !== null && Number(value) > 0 ? `+${text}` : text;
}

/** Above both kinds of comparison: what of, the two and a sentence on each, and what was found. */
export function comparisonHeader(
  of: "runs" | "sweeps",
  labels: readonly [string, string],
  sides: readonly [string, string],
  finding: string,
): Markup {
  return html`<header>
<p class="eyebrow">Breakwater comparison of two ${of}</p>
<h1>${labels[0]} and ${labels[1]}</h1>
${sides.map((side) => html`<p class="lead">${side}</p>`)}
<p class="finding">${finding}</p>
</header>`;
}

/** Sentences on what could not be compared; nothing when there are none. */
export function notesSection(notes: readonly string[]): Markup | null {
  if (notes.length === 0) return null;
  return html`<section id="notes"><h2>How they are compared</h2><ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul></section>`;
}

/** A table of the fields that differ. */
export function fieldsSection(id: string, title: string, fields: readonly FieldDifference[], labels: readonly [string, string]): Markup {
  const body =
    fields.length === 0
      ? html`<p class="nothing">Nothing: all fields are the same.</p>`
      : table(
          [
            { heading: "Field", cell: ({ path }) => html`<code>${path}</code>` },
            { heading: labels[0], cell: (field) => html`<code>${valueText(field, "first")}</code>` },
            { heading: labels[1], cell: (field) => html`<code>${valueText(field, "second")}</code>` },
          ],
          fields.slice(0, FIELDS_MOST),
        );
  const rest = fields.length > FIELDS_MOST ? ` The first ${FIELDS_MOST} of ${count(fields.length)}; --json prints all.` : "";
  return html`<section id="${id}"><h2>${title}</h2>
<p>Field by field, lists place by place.${rest}</p>${body}</section>`;
}

function valueText(field: FieldDifference, side: "first" | "second"): string {
  if (!Object.hasOwn(field, side)) return "not there";
  const value = field[side];
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length <= VALUE_MOST ? text : `${text.slice(0, VALUE_MOST)}…`;
}
