import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chartCsv } from "../../reports/chart-csv.ts";

/** A reader of RFC 4180 of its own: characters one by one. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') cell += text[++at];
      else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ",") {
      row.push(cell);
      cell = "";
    } else if (character === "\r" && text[at + 1] === "\n") {
      rows.push([...row, cell]);
      [row, cell] = [[], ""];
      at++;
    } else cell += character;
  }
  expect([row, cell, quoted]).toEqual([[], "", false]);
  return rows;
}

const TIMED = { vconcat: [{ layer: [{ encoding: { x: { field: "t", type: "temporal" } } }] }] };

describe("the data of a chart as CSV", () => {
  test("one file for all datasets: columns of all of them, times in UTC, nothing where there is none", () => {
    const datasets = { line: [{ t: 1_760_126_400_000, v: 0.1 }], bars: [{ t: 1_760_126_460_000.5, name: null, share: -2e-9 }] };
    expect(chartCsv({ ...TIMED, datasets })).toBe(
      "dataset,t,v,name,share\r\nline,2025-10-10T20:00:00.000Z,0.1,,\r\nbars,2025-10-10T20:01:00.000Z,,,-2e-9\r\n",
    );
  });

  test("a number that is no time stays one, and a chart without data is its heading", () => {
    expect(chartCsv({ datasets: { a: [{ t: 5 }] } })).toBe("dataset,t\r\na,5\r\n");
    expect(chartCsv({})).toBe("dataset\r\n");
  });

  test("whatever texts are in it, another reader reads back the same", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string({ unit: fc.constantFrom(...'",\r\n=+@a;\u2028\t') }), { minLength: 3, maxLength: 3 })),
        (texts) => {
          const rows = texts.map(([a = "", b = "", c = ""]) => ({ a, 'b"': b, "c,": c }));
          const [heading, ...read] = readCsv(chartCsv({ datasets: { one: rows } }));
          expect(heading).toEqual(rows.length === 0 ? ["dataset"] : ["dataset", "a", 'b"', "c,"]);
          expect(read).toEqual(texts.map((row) => ["one", ...row]));
        },
      ),
    );
  });
});
