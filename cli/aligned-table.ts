/** A table as text: columns aligned, numbers to the right with their decimal points below each other. */

/** A column's name and its DuckDB type, which says how it is aligned. */
export interface AlignedColumn {
  readonly name: string;
  readonly type: string;
}

const NUMERIC = /^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL|DOUBLE|FLOAT)/;

/**
 * The lines of a table, each with its end: names, a rule, then the rows. A cell of
 * several lines takes several lines.
 * @param rows cells as text, one array a row
 */
export function alignedTable(columns: readonly AlignedColumn[], rows: readonly (readonly string[])[]): string {
  const texts = columns.map((column, position) => {
    const cells = rows.map((row) => row[position] as string);
    return column.type.startsWith("DECIMAL") ? alignPoints(cells) : cells;
  });
  const widths = columns.map(({ name }, position) => {
    let width = widthOf(name);
    for (const cell of texts[position] as string[]) width = Math.max(width, widthOf(cell));
    return width;
  });
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, position) => {
      const space = " ".repeat((widths[position] as number) - widthOf(cell));
      return NUMERIC.test((columns[position] as AlignedColumn).type) ? space + cell : cell + space;
    });
    return `${padded.join("  ").trimEnd()}\n`;
  };
  const rule = `${widths.map((width) => "─".repeat(width)).join("  ")}\n`;
  const body = rows.map((_, row) =>
    linesOf(texts.map((cells) => cells[row] as string))
      .map(line)
      .join(""),
  );
  return line(columns.map(({ name }) => name)) + rule + body.join("");
}

/** Fills decimals up with zeros to the same number of places. */
function alignPoints(cells: readonly string[]): string[] {
  const places = (cell: string) => (cell.includes(".") ? cell.length - cell.indexOf(".") - 1 : 0);
  let most = 0;
  for (const cell of cells) most = Math.max(most, places(cell));
  if (most === 0) return [...cells];
  return cells.map((cell) => (/^-?\d/.test(cell) ? `${cell}${cell.includes(".") ? "" : "."}${"0".repeat(most - places(cell))}` : cell));
}

function linesOf(cells: readonly string[]): string[][] {
  const parts = cells.map((cell) => cell.split("\n"));
  const height = Math.max(1, ...parts.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) => parts.map((lines) => lines[row] ?? ""));
}

/** Characters of the longest line of a text. */
function widthOf(text: string): number {
  if (!text.includes("\n")) return [...text].length;
  return Math.max(...text.split("\n").map((line) => [...line].length));
}
