import fc from "fast-check";
import { expect, test } from "vitest";
import { CsvFields } from "../../../data/sources/csv-fields.ts";
import { CsvLines, delimiterOf } from "../../../data/sources/csv-lines.ts";

/** The fields of a text's only line. */
function fieldsOf(line: string, delimiter = ","): CsvFields {
  const fields = new CsvFields(new CsvLines(Buffer.from(`${line}\n`)), delimiter);
  expect(fields.next()).toBe(true);
  return fields;
}

test("a number is the double that Number makes of its text, to the last bit", () => {
  const digits = (least: number, most: number) =>
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most }).map((all) => all.join(""));
  const decimal = fc.tuple(
    fc.constantFrom("", "-", "+"),
    digits(1, 20),
    fc.option(digits(0, 20)),
    fc.constantFrom("", "", "", "e-7", "E3"),
  );
  fc.assert(
    fc.property(decimal, ([sign, whole, fraction, exponent]) => {
      const text = `${sign}${whole}${fraction === null ? "" : `.${fraction}`}${exponent}`;
      expect(fieldsOf(`x,${text},y`).number(1)).toBe(Number(text));
    }),
    { numRuns: 2000 },
  );
});

test("a double written in full is read as itself", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(fieldsOf(String(value)).number(0)).toBe(Number(String(value)));
    }),
  );
});

test.each(["", " ", ".", "-", "+", "1.2.3", "1-2", "--1", "0x10", "1e", "Infinity", "NaN", "1_000", "١"])("%j is no number", (text) => {
  expect(fieldsOf(`${text},1`).number(0)).toBeNaN();
});

test("as many fields as delimiters and one, beyond any number; quotes and space", () => {
  for (const count of [1, 2, 63, 64, 65, 200]) {
    const fields = fieldsOf(Array.from({ length: count }, (_, place) => place).join(";"), ";");
    expect([fields.count, fields.number(0), fields.number(count - 1), fields.text(count - 1)]).toEqual([
      count,
      0,
      count - 1,
      String(count - 1),
    ]);
  }
  const quoted = fieldsOf('1," a ""b"", é ", 2 ');
  expect([quoted.count, quoted.number(0), quoted.text(1), quoted.number(2)]).toEqual([3, 1, 'a "b", é', 2]);
});

test.each([
  ["a,b;c", ","],
  ["a;b;c,d", ";"],
  ["a\tb", "\t"],
  ["a|b|c", "|"],
  ["alone", ","],
  ['"a,b,c";d', ";"],
])("the delimiter of %j", (line, delimiter) => {
  expect(delimiterOf(line)).toBe(delimiter);
});
