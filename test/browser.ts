/**
 * The browser of the tests that open a report. Where none is installed those tests are
 * skipped with a reason, unless `BREAKWATER_BROWSER=required` (as in CI) makes that an
 * error. `BREAKWATER_BROWSER` may also be the path of the browser to use.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const PLACES = ["/usr/bin", "/snap/bin", "/Applications/Google Chrome.app/Contents/MacOS", "/Applications/Chromium.app/Contents/MacOS"];
const MAC_NAMES = ["Google Chrome", "Chromium"];

/**
 * Where a Chromium stands, or why there is none to use.
 * @throws Error when `BREAKWATER_BROWSER` requires one, or names one that is not there
 */
export function browserPath(environment: NodeJS.ProcessEnv = process.env): { path: string } | { skip: string } {
  const wish = environment["BREAKWATER_BROWSER"] ?? "";
  if (isAbsolute(wish)) {
    if (isExecutable(wish)) return { path: wish };
    throw new Error(`Cannot open a browser: BREAKWATER_BROWSER names ${wish}, which cannot be run`);
  }
  const folders = [...(environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""), ...PLACES];
  const found = [...NAMES, ...MAC_NAMES].flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
  if (found !== undefined) return { path: found };
  if (wish === "required") throw new Error("Cannot open a browser: no Chromium found, and BREAKWATER_BROWSER=required asks for one");
  return { skip: "no Chromium found (install Debian's chromium, or name one in BREAKWATER_BROWSER)" };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
