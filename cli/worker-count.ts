/** How many runs go at a time, as options say it. */
import { InvalidArgumentError } from "commander";

/** Beyond it threads only wait for one another. */
const WORKERS_MOST = 256;

/**
 * Reads a number of threads.
 * @throws InvalidArgumentError
 */
export function workerCount(text: string): number {
  const value = Number(text);
  if (!/^[1-9]\d*$/.test(text) || value > WORKERS_MOST)
    throw new InvalidArgumentError(`expected a whole number from 1 to ${WORKERS_MOST}.`);
  return value;
}
