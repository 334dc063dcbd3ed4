/** A plan by name or file, checked on its own. */
import { type Document, readDocument } from "../../data/scenario/bundled.ts";
import { compareInDocument } from "../../data/scenario/path.ts";
import { describeIssue, issueProblems, type Problem, problemLine } from "../../data/scenario/problem.ts";
import { InputError } from "../../sim/index.ts";
import { type Plan, planSchema } from "./plan-schema.ts";

/** A plan, and where it was written. */
export interface PlanDocument {
  readonly document: Document;
  readonly plan: Plan;
}

/**
 * Reads a plan.
 * @param nameOrFile a file, or the name of a bundled plan
 * @throws InputError in one line, `file: path: expected …, got VALUE`, for the first problem in the order of the document
 */
export async function readPlan(nameOrFile: string): Promise<PlanDocument> {
  return parsePlan(await readDocument("plan", nameOrFile, "."));
}

/** As `readPlan`, of a document that was read already. */
export function parsePlan(document: Document): PlanDocument {
  const { file, content } = document;
  const parsed = planSchema().safeParse(content, { error: describeIssue, reportInput: true });
  if (parsed.success) return { document, plan: parsed.data };
  const problems = issueProblems(parsed.error.issues).sort((a, b) => compareInDocument(content, a.path, b.path));
  throw new InputError(file, problemLine(content, problems[0] as Problem));
}
