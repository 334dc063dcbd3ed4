import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson } from "../../../data/scenario/json.ts";

describe("JSON that people write", () => {
  test.each([
    { text: "", problem: "expected JSON, got an empty file" },
    { text: " \n ", problem: "expected JSON, got an empty file" },
    { text: '{"a": 1,}', problem: 'line 1, column 9: expected a field\'s name in double quotes, got "}"' },
    { text: '{\n  "a": 1\n  "b": 2\n}', problem: 'line 3, column 3: expected "," or "}", got "\\""' },
    { text: '{"a" 1}', problem: 'line 1, column 6: expected ":", got "1"' },
    { text: "[1, 2", problem: 'line 1, column 6: expected "," or "]", got the end of the file' },
    { text: "{a: 1}", problem: 'line 1, column 2: expected a field\'s name in double quotes, got "a"' },
    { text: '{"a": NaN}', problem: 'line 1, column 7: expected a value, got "N"' },
    { text: '{"a": 01}', problem: 'line 1, column 8: expected "," or "}", got "1"' },
    { text: '{"a": "b\nc"}', problem: 'line 1, column 7: expected a text that ends on its line, without stray backslashes, got "\\""' },
    { text: "{} {}", problem: 'line 1, column 4: expected the end of the file, got "{"' },
    { text: '{"a": 1, "b": 2, "a": 3}', problem: "line 1, column 18: a: expected each field once, got it twice" },
    { text: '{"x": [{}, {"a": 1,\n "\\u0061": 2}]}', problem: "line 2, column 2: x.1.a: expected each field once, got it twice" },
    { text: '{"__proto__": {}}', problem: "line 1, column 2: __proto__: expected no field of this name, got one" },
    { text: "[".repeat(100), problem: 'line 1, column 66: expected at most 64 levels, got "["' },
  ])("$text is refused", ({ text, problem }) => {
    expect(() => parseJson(text, "file.json")).toThrow(new Error(`file.json: ${problem}`).message);
    expect(() => parseJson(text, "file.json")).toThrow(/^[^\n]*$/);
  });

  test("the same name in different objects is no repetition", () => {
    expect(parseJson('{"a": {"a": 1}, "b": {"a": 2}}', "f")).toEqual({ a: { a: 1 }, b: { a: 2 } });
  });

  test("a byte order mark is passed over", () => {
    expect(parseJson('\uFEFF{"a": 1}', "f")).toEqual({ a: 1 });
  });

  test("whatever JSON.stringify writes is read, in any layout", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(!text.includes("__proto__"));
        expect(parseJson(text, "f")).toEqual(JSON.parse(text));
      }),
    );
  });

  test("a text with one character changed is refused exactly when JSON.parse refuses it, or a field stands twice", () => {
    const base = '{"a":[1,-2.5e3,true,null,"x\\n\\u00e9"],"b":{"c":""}}';
    fc.assert(
      fc.property(fc.nat(base.length), fc.constantFrom(...'{}[]",:\\ \n0e-+.tnux'), fc.boolean(), (at, character, insert) => {
        const text = base.slice(0, at) + character + base.slice(insert ? at : at + 1);
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          expect(() => parseJson(text, "f")).toThrow(/^f: line \d+, column \d+: expected/);
          return;
        }
        expect(parseJson(text, "f")).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });
});
