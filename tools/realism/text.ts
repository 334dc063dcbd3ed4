/** Figures and tables of the document. */

/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

/** A figure of three digits, thousands separated; `–` for none. */
export function figure(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined) return "–";
  const shown = Number(value.toPrecision(digits));
  return new Intl.NumberFormat("en-US", { maximumSignificantDigits: digits }).format(shown === 0 ? 0 : shown).replace("-", "−");
}

/** A figure of so many decimals. */
export function decimals(value: number | null | undefined, places: number): string {
  if (value === null || value === undefined) return "–";
  const text = value.toFixed(places);
  return (Number(text) === 0 ? (0).toFixed(places) : text).replace("-", "−");
}

/** A part as per cent. */
export function percent(value: number | null | undefined, places = 1): string {
  return value === null || value === undefined ? "–" : `${decimals(value * 100, places)} %`;
}
