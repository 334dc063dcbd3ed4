/** How two things that are compared are told apart. */
import { basename, resolve } from "node:path";

/** The names of two directories, or `first` and `second` before them where they are called the same. */
export function labelsOf(first: string, second: string): readonly [string, string] {
  const [one, other] = [basename(resolve(first)), basename(resolve(second))];
  return one === other ? [`first: ${one}`, `second: ${other}`] : [one, other];
}
