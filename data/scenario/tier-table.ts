/** A tier table on its own, outside of any contract: a list of tiers, or one or more tables with their symbols. */
import { z } from "zod";
import { InputError } from "../../sim/kernel/input-error.ts";
import { openingProblems, tierProblems } from "./contract-problems.ts";
import { remark } from "./fields.ts";
import { isObject, type Path } from "./path.ts";
import { describeIssue, issueProblems, type Problem, problemLine } from "./problem.ts";
import { tierList, tierScheme } from "./venue-schema.ts";

/** One table. */
const tierTable = () =>
  z.strictObject({
    symbol: remark().min(1).optional(),
    tierScheme: tierScheme().optional(),
    tiers: tierList(),
    source: remark().optional(),
  });

/** A tier table with all defaults, in natural units. */
export type TierTableDocument = z.output<ReturnType<typeof tierTable>>;

/** Whether a document is meant as tier tables: a list, or an object with `tiers` or `tierTables`. */
export function isTierTable(content: unknown): boolean {
  return (
    Array.isArray(content) ||
    (isObject(content) &&
      (Object.hasOwn(content, "tiers") || Object.hasOwn(content, "tierTables")) &&
      !Object.hasOwn(content, "instruments"))
  );
}

/**
 * Checks tier tables: a bare list of tiers, `{tiers: […]}`, or `{tierTables: [{tiers: […]}, …]}`.
 * @throws InputError for the first problem, with its path in the file
 */
export function readTierTables(content: unknown, file: string): TierTableDocument[] {
  if (Array.isArray(content)) return [{ tiers: checked(tierList(), content, file, (tiers) => listProblems(tiers, [])) }];
  if (isObject(content) && Object.hasOwn(content, "tierTables")) {
    const schema = z.strictObject({ tierTables: z.array(tierTable()).min(1) });
    const all = checked(schema, content, file, ({ tierTables }) =>
      tierTables.flatMap((table, index) => tableProblems(table, ["tierTables", index])),
    );
    return all.tierTables;
  }
  return [checked(tierTable(), content, file, (table) => tableProblems(table, []))];
}

function checked<Schema extends z.ZodType>(
  schema: Schema,
  content: unknown,
  file: string,
  problemsOf: (value: z.output<Schema>) => Problem[],
): z.output<Schema> {
  const parsed = schema.safeParse(content, { error: describeIssue, reportInput: true });
  const [problem] = parsed.success ? problemsOf(parsed.data) : issueProblems(parsed.error.issues);
  if (problem !== undefined) throw new InputError(file, problemLine(content, problem));
  return parsed.data as z.output<Schema>;
}

function tableProblems({ tiers }: TierTableDocument, path: Path): Problem[] {
  return listProblems(tiers, [...path, "tiers"]);
}

function listProblems(tiers: TierTableDocument["tiers"], path: Path): Problem[] {
  // What a lot is, only a contract knows.
  return [...tierProblems(tiers, path, () => null), ...openingProblems(tiers, path)];
}
