/** The version of this package, as its package.json has it. */
import { readFileSync } from "node:fs";

/** Where package.json is: beside the folder of the sources, or one further up from `dist/lab/`. */
const PLACES = ["../package.json", "../../package.json"];

/**
 * The version of Breakwater, such as `0.1.0`.
 * @throws Error when the package has lost its package.json
 */
export function packageVersion(): string {
  for (const place of PLACES) {
    const found = read(new URL(place, import.meta.url));
    if (found?.name === "breakwater" && found.version !== undefined) return found.version;
  }
  throw new Error("Cannot tell the version: package.json of breakwater is missing");
}

function read(file: URL): { name?: string; version?: string } | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as { name?: string; version?: string };
  } catch {
    return null;
  }
}
