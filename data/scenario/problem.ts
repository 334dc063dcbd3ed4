/**
 * What is wrong with a document, as one line for people: `path: expected …, got VALUE`.
 * zod finds it; these functions say it.
 */
import type { z } from "zod";
import { dotted, type Path, valueAt } from "./path.ts";

/** One thing that is wrong: where, and what was expected there (`expected …`). */
export interface Problem {
  readonly path: Path;
  readonly expected: string;
  /** Whether it is the scenario's choice of this contract that is wrong: then it is named, not the profile in which the contract is written. */
  readonly ofChoice?: true;
}

const SHOWN_CHARACTERS = 60;
const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
  null: "null",
};

/** zod's error map: the words for every issue for which a schema has none of its own. */
export const describeIssue: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `expected ${oneOf(issue.values)}`;
    case "too_small":
      return `expected ${bound(issue.origin, issue.minimum, issue.inclusive !== false ? "at least" : "more than")}`;
    case "too_big":
      return `expected ${bound(issue.origin, issue.maximum, issue.inclusive !== false ? "at most" : "less than")}`;
    case "not_multiple_of":
      return `expected a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return `expected no field of this name (there are ${fieldNames(issue.inst)})`;
    case "invalid_union":
      return `expected ${oneOf((issue as { options?: readonly unknown[] }).options ?? [])}`;
    case "invalid_format":
      return `expected ${issue.format === "regex" ? `a text like ${issue.pattern}` : issue.format}`;
    default:
      return "expected another value";
  }
};

/** A list of values for people: `one of "a", "b"`, or the one there is. */
export function oneOf(values: readonly unknown[]): string {
  const shown = values.map((value) => JSON.stringify(value)).join(", ");
  return values.length === 1 ? shown : `one of ${shown}`;
}

/** What zod found, given the messages of `describeIssue`, as problems; in no order. */
export function issueProblems(issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue) => problemsOf(issue, []));
}

/** The line for a problem: `path: expected …, got VALUE`, the value from the document. */
export function problemLine(document: unknown, problem: Problem): string {
  const place = problem.path.length === 0 ? "" : `${dotted(problem.path)}: `;
  return `${place}${problem.expected}, got ${show(valueAt(document, problem.path))}`;
}

/** A value on one line, shortened: `nothing` when there is none. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

function problemsOf(issue: z.core.$ZodIssue, outer: Path): Problem[] {
  const path = [...outer, ...(issue.path as Path)];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => ({ path: [...path, key], expected: issue.message }));
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    // Of several forms a value may have, the one it comes nearest to says what is wrong.
    const branches = [...issue.errors].sort((a, b) => strangeness(a) - strangeness(b));
    return (branches[0] as z.core.$ZodIssue[]).flatMap((inner) => problemsOf(inner, path));
  }
  return [{ path, expected: issue.message }];
}

/** How far a value is from a form: fields it should not have or lacks weigh most. */
function strangeness(issues: readonly z.core.$ZodIssue[]): number {
  let sum = 0;
  for (const issue of issues) {
    if (issue.code === "unrecognized_keys") sum += 10 * issue.keys.length;
    else if (issue.path.length === 0 || lacksKind(issue)) sum += 1000;
    else sum += issue.input === undefined ? 10 : 1;
  }
  return sum;
}

/** Whether the field that says which of several forms a value has is not there at all. */
function lacksKind(issue: z.core.$ZodIssue): boolean {
  if (issue.code !== "invalid_union" || issue.errors.length > 0) return false;
  const discriminator = (issue as { discriminator?: string }).discriminator;
  return discriminator !== undefined && valueAt(issue.input, [discriminator]) === undefined;
}

function bound(origin: string, limit: number | bigint, words: string): string {
  if (origin === "string") return `a text of ${words} ${limit} characters`;
  if (origin === "array" || origin === "set") return `${words} ${limit} ${limit === 1 ? "item" : "items"}`;
  return `a number of ${words} ${limit}`;
}

/** What a schema's definition knows of names: an object its fields, a record the keys it may have. */
interface KnownNames {
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly keyType?: { readonly _zod: { readonly values?: ReadonlySet<unknown> } };
}

function fieldNames(schema: unknown): string {
  const { shape, keyType } = (schema as { _zod?: { def: KnownNames } } | undefined)?._zod?.def ?? {};
  return [...Object.keys(shape ?? {}), ...(keyType?._zod.values ?? [])].join(", ") || "none";
}
