/**
 * Runs before `npm start` and `npm test`, so that both work on a fresh clone: installs
 * what the lock file names when that was not done since it changed, and brings dist up to date.
 * Uses nothing but Node, since nothing may be installed yet.
 */
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";

const NODE_MAJOR_LEAST = 20;
const TOP = fileURLToPath(new URL("..", import.meta.url));

/** When a file was last written, in milliseconds; never (-1) when there is none. */
function writtenAt(path) {
  return statSync(new URL(`../${path}`, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? -1;
}

function install() {
  console.error("breakwater: installing what package-lock.json names …");
  const npm = process.env.npm_execpath;
  const [command, first] = npm === undefined ? ["npm", []] : [process.execPath, [npm]];
  const result = spawnSync(command, [...first, "ci", "--include=dev"], {
    cwd: TOP,
    stdio: ["ignore", "inherit", "inherit"],
    shell: npm === undefined && process.platform === "win32",
  });
  if (result.status !== 0) throw new Error("`npm ci` failed");
}

try {
  if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_LEAST) {
    throw new Error(`needs Node ${NODE_MAJOR_LEAST} or newer, this is ${process.version}`);
  }
  // npm writes the hidden lock file last, so it is older only when the lock file changed since.
  if (writtenAt("node_modules/.package-lock.json") < writtenAt("package-lock.json")) install();
  build();
} catch (error) {
  console.error(`breakwater: ${error.message}`);
  process.exitCode = 1;
}
