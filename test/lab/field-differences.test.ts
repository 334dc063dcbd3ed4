import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labelsOf } from "../../lab/comparison/labels.ts";
import { fieldDifferences } from "../../lab/field-differences.ts";

describe("what differs between two documents", () => {
  test("fields, list entries, and what only one of them has", () => {
    const first = { a: 1, same: { x: [1, 2] }, list: [{ n: 1 }, { n: 2 }], only: null };
    const second = { a: "1", same: { x: [1, 2] }, list: [{ n: 1 }, { n: 3 }, { n: 4 }], more: { deep: true } };
    expect(fieldDifferences(first, second)).toEqual([
      { path: "a", first: 1, second: "1" },
      { path: "list.1.n", first: 2, second: 3 },
      { path: "list.2", second: { n: 4 } },
      { path: "only", first: null },
      { path: "more", second: { deep: true } },
    ]);
  });

  test("a list is no object, and the order of fields is no difference", () => {
    expect(fieldDifferences({ x: [] }, { x: {} })).toEqual([{ path: "x", first: [], second: {} }]);
    expect(fieldDifferences({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([]);
  });

  test("nothing differs from itself; a difference there is has the other's on the other side", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (one, other) => {
        const [first, second] = [{ value: one }, { value: other }];
        expect(fieldDifferences(first, JSON.parse(JSON.stringify(first)))).toEqual([]);
        const turned = fieldDifferences(second, first);
        expect(fieldDifferences(first, second).length).toBe(turned.length);
      }),
    );
  });

  test("directories of the same name are told apart", () => {
    expect(labelsOf("out/a", "old/b/")).toEqual(["a", "b"]);
    expect(labelsOf("out/a", "old/a")).toEqual(["first: a", "second: a"]);
  });
});
