/** The data of a chart as CSV: what stands in its specification, and so what is drawn. */
import type { Row, Spec } from "./charts/chart.ts";

/**
 * One file for all datasets of a chart: the column `dataset` says which one a row is of, then
 * come the columns of all of them, empty where a dataset has none. Times are ISO 8601 in UTC,
 * amounts in the units that the titles of the panels name. By RFC 4180: CRLF, quotes doubled;
 * texts stand as they are, since a file of data has to read back as it was written.
 * The script of the page (page/script.js) writes the same.
 */
export function chartCsv(spec: Spec): string {
  const datasets = Object.entries((spec["datasets"] ?? {}) as Readonly<Record<string, readonly Row[]>>);
  const columns = [...new Set(datasets.flatMap(([, rows]) => rows.flatMap(Object.keys)))];
  const times = temporalFields(spec);
  const lines = datasets.flatMap(([name, rows]) =>
    rows.map((row) => [name, ...columns.map((column) => (times.has(column) ? isoTime(row[column]) : row[column]))]),
  );
  return [["dataset", ...columns], ...lines].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

/** The fields that the chart draws as times: milliseconds. */
function temporalFields(spec: Spec): ReadonlySet<string> {
  const found = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { field, type } = node as { field?: unknown; type?: unknown };
    if (type === "temporal" && typeof field === "string") found.add(field);
    for (const [key, child] of Object.entries(node)) if (key !== "datasets") walk(child);
  };
  walk(spec);
  return found;
}

function isoTime(value: unknown): unknown {
  return typeof value === "number" && Number.isFinite(value) ? new Date(value).toISOString() : value;
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
