/** What differs between two JSON documents, field by field. */
import { isObject } from "../data/scenario/path.ts";
import type { FieldDifference } from "../data/store/comparison.ts";

/**
 * Every field, however deep, that is not the same in both, in the order of the first document and then of the second.
 * Lists are held against each other place by place. A field that one of them does not have stands as a whole, without its other side.
 */
export function fieldDifferences(first: unknown, second: unknown, path = ""): FieldDifference[] {
  if (isContainer(first) && isContainer(second) && Array.isArray(first) === Array.isArray(second)) {
    const fields = new Set([...Object.keys(first), ...Object.keys(second)]);
    return [...fields].flatMap((field) => {
      const within = path === "" ? field : `${path}.${field}`;
      if (!Object.hasOwn(first, field)) return [{ path: within, second: second[field] }];
      if (!Object.hasOwn(second, field)) return [{ path: within, first: first[field] }];
      return fieldDifferences(first[field], second[field], within);
    });
  }
  return JSON.stringify(first) === JSON.stringify(second) ? [] : [{ path, first, second }];
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return isObject(value) || Array.isArray(value);
}
