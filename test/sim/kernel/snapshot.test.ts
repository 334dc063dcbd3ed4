import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../../sim/kernel/input-error.ts";
import { decode, encode, type Plain } from "../../../sim/kernel/snapshot.ts";

const number = fc.oneof(
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const leaf = fc.oneof(
  fc.constantFrom(null, undefined, true, false),
  number,
  fc.bigInt(),
  fc.string({ unit: "grapheme" }),
  fc.array(number).map((numbers) => Float64Array.from(numbers)),
  fc.array(fc.integer()).map((numbers) => Int32Array.from(numbers)),
  fc.array(fc.nat(255)).map((numbers) => Uint8Array.from(numbers)),
);
const name = fc.string().filter((text) => !text.startsWith("@") && text !== "__proto__");
const { plain } = fc.letrec<{ plain: Plain }>((tie) => ({
  plain: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("plain")), fc.dictionary(name, tie("plain"), { noNullPrototype: true })),
})) as { plain: fc.Arbitrary<Plain> };

describe("snapshot", () => {
  test("TIME-4 whatever is plain data comes back as it was", () => {
    fc.assert(
      fc.property(plain, (state) => {
        const snapshot = encode(state);
        expect(decode(snapshot, "x")).toStrictEqual(state);
        expect(encode(decode(snapshot, "x"))).toEqual(snapshot);
      }),
      { numRuns: 150 },
    );
  });

  test("TIME-4 what comes back is a copy, wherever the buffer lies in another", () => {
    const column = Float64Array.of(1, 2, 3);
    const snapshot = encode({ part: column.subarray(1) });
    column[1] = 9;
    const moved = new Uint8Array(snapshot.length + 3).subarray(3);
    moved.set(snapshot);
    expect(decode(moved, "x")).toEqual({ part: Float64Array.of(2, 3) });
  });

  test("TIME-4 a hole in a list comes back as nothing, not as null", () => {
    expect(decode(encode(new Array<Plain>(1)), "x")).toEqual([undefined]);
  });

  test.each([
    ["an object of a class", { when: new Date(0) }, "state.when"],
    ["a map", [new Map()], "state.0"],
    ["a function", { agent: { act: () => 1 } }, "state.agent.act"],
    ["a name of its own", { "@column": 1 }, "state.@column"],
  ])("TIME-4 %s is refused with its place", (_, state, place) => {
    expect(() => encode(state as unknown as Plain)).toThrow(place);
  });

  test("TIME-4 a snapshot that is cut short, damaged in any byte or of something else is refused with its name", () => {
    const snapshot = encode({ numbers: Float64Array.of(1, Number.NaN, 3), text: "Ωb", list: [1, 2n] });
    for (let byte = 0; byte < snapshot.length; byte++) {
      const damaged = snapshot.slice();
      damaged[byte] = (damaged[byte] as number) ^ 0x10;
      expect(() => decode(damaged, "run.snapshot"), `byte ${byte}`).toThrow(/^run\.snapshot: is (damaged|no snapshot)/);
    }
    for (const length of [0, 8, 55, 56, snapshot.length - 8, snapshot.length - 1]) {
      expect(() => decode(snapshot.subarray(0, length), "x")).toThrow(InputError);
    }
    expect(() => decode(new Uint8Array([...snapshot, 0]), "x")).toThrow(InputError);
  });
});
