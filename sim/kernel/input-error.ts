/**
 * Bad input: something a user wrote that cannot be taken. Commands print its message
 * as one line and exit with code 2; everything else that is thrown is a failed run.
 */
export class InputError extends Error {
  override readonly name = "InputError";

  /**
   * @param where file, and within it the field, row or line: `scenario.json: seed`
   * @param problem what is wrong, with the value: `expected a whole number, got -1`
   */
  constructor(where: string, problem: string) {
    super(where === "" ? problem : `${where}: ${problem}`);
  }
}
