/** The population of a table of positions or accounts, as a scenario takes it. */
import { populationParameters } from "../agents/population.ts";
import { type Calibration, type CalibrationOptions, calibrate } from "../data/population/calibrate.ts";
import { describeIssue, issueProblems, type Problem, problemLine } from "../data/scenario/problem.ts";
import { InputError } from "../sim/index.ts";

/**
 * Reads a table and fits the distributions of its holders.
 * @throws InputError naming file, row and value, and for a table whose population no scenario would take
 */
export async function calibratePopulation(file: string, options: CalibrationOptions = {}): Promise<Calibration> {
  const calibration = await calibrate(file, options);
  const { population } = calibration;
  const parsed = populationParameters.strict().safeParse(population, { error: describeIssue, reportInput: true });
  if (!parsed.success) {
    const line = problemLine({ population }, inPopulation(issueProblems(parsed.error.issues)[0] as Problem));
    throw new InputError(file, `what was fitted is beyond what a population may have: ${line}`);
  }
  return calibration;
}

function inPopulation(problem: Problem): Problem {
  return { ...problem, path: ["population", ...problem.path] };
}
