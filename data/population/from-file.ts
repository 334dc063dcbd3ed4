/** A scenario's `population` that is fitted to a file: `{"from": FILE, …}`, other fields instead of what was fitted. */
import { relative, resolve } from "node:path";
import { z } from "zod";
import { InputError } from "../../sim/kernel/input-error.ts";
import { isObject, type JsonObject, type Path } from "../scenario/path.ts";
import { describeIssue, issueProblems, type Problem, problemLine } from "../scenario/problem.ts";
import { calibrate } from "./calibrate.ts";
import { HOLDER_COLUMNS } from "./columns.ts";

const FILE = "expected the name of a file of positions or accounts";
const fileName = () => z.string({ error: FILE }).min(1, { error: FILE });

const source = () =>
  z.strictObject({
    file: fileName(),
    kind: z.enum(["auto", "positions", "accounts"]).optional(),
    instrument: z.string({ error: "expected the name of an instrument in the file" }).optional().describe("only this one"),
    columns: z.partialRecord(z.enum(HOLDER_COLUMNS), z.string()).optional().describe("names of columns by what they hold"),
  });

/** What `population.from` may be. */
export const populationSource = () => z.union([fileName(), source()]).describe("positions or accounts that the other fields are fitted to");

/** Fields that stand instead of others: who gives one of these means none of them. */
const INSTEAD: Readonly<Record<string, readonly string[]>> = {
  size: ["longSize", "shortSize"],
  leverage: ["leverageBySize"],
  crossShare: ["crossShareBySize"],
  entryDeviation: ["entry"],
};

/**
 * Puts the fitted distributions in the place of `population.from`: what is resolved holds
 * numbers, and needs the file no more.
 * @param where what errors call the document
 * @param folderOf the folder to which a file named at a path of the document is relative
 * @returns what is wrong; `error` when the file itself is
 */
export async function fitPopulation(
  document: JsonObject,
  where: string,
  folderOf: (path: Path) => string,
): Promise<(Problem & { readonly error?: InputError })[]> {
  const { population } = document;
  if (!isObject(population) || population["from"] === undefined) return [];
  const { from, ...own } = population;
  const path = ["population", "from"];
  const parsed = source().safeParse(isObject(from) ? from : { file: from }, { error: describeIssue, reportInput: true });
  if (!parsed.success) {
    const [problem] = issueProblems(parsed.error.issues) as [Problem];
    if (!isObject(from) || problem.path.length === 0) return [{ path, expected: problem.expected }];
    // The schema knows nothing of `from`: it would complain of all of it where only a field of it is blamed.
    const line = problemLine(document, { ...problem, path: [...path, ...problem.path] });
    return [{ path, expected: problem.expected, error: new InputError(where, line) }];
  }
  const { file, ...options } = parsed.data;
  try {
    const fitted = { ...(await calibrate(relative(".", resolve(folderOf(path), file)).replaceAll("\\", "/"), options)).population };
    for (const field of Object.keys(own)) for (const other of INSTEAD[field] ?? []) delete fitted[other];
    document["population"] = { ...fitted, ...own };
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [{ path, expected: FILE, error }];
  }
}
