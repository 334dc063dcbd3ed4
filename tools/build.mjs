/**
 * Builds dist/: the compiled sources with their types, and beside them every other file
 * the sources read by `new URL("…", import.meta.url)`. Does nothing when dist is up to date.
 *
 *   node tools/build.mjs [--force] [--if-possible]
 *
 * `--if-possible` is for `prepare`: an install without dev dependencies has no compiler.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const TOP = fileURLToPath(new URL("..", import.meta.url));
const DIST = join(TOP, "dist");
const STAMP = ".build.json";
const SOURCE_FOLDERS = ["sim", "agents", "data", "lab", "reports", "api", "cli"];
const SOURCE_FILES = ["index.ts"];
/** What changes the output without being a source: the compiler's settings and version, and this file. */
const SETTINGS = ["tsconfig.json", "tsconfig.build.json", "package.json", "tools/build.mjs"];
const NOT_SHIPPED = /\.ts$|\.md$|(^|\/)tsconfig\.json$|(^|\/)\./;

/** Brings dist up to date. Returns whether anything had to be done; throws an Error of one line when it cannot be. */
export function build({ force = false, ifPossible = false } = {}) {
  const inputs = listInputs();
  const fingerprint = fingerprintOf([...inputs, ...SETTINGS]);
  if (!force && isCurrent(fingerprint)) return false;
  const compiler = findCompiler();
  if (compiler === null) {
    if (!ifPossible) throw new Error("cannot build: TypeScript is not installed, run `npm ci --include=dev`");
    console.error("breakwater: dist is not built, since TypeScript is not installed (dev dependencies were left out)");
    return false;
  }
  const fresh = `${DIST}.${process.pid}`;
  try {
    compile(compiler, fresh);
    nameShippedFiles(fresh);
    for (const file of inputs.filter((input) => !NOT_SHIPPED.test(input))) copy(file, fresh);
    writeFileSync(join(fresh, STAMP), `${JSON.stringify({ fingerprint, files: listFiles(fresh) })}\n`);
    rmSync(DIST, { recursive: true, force: true });
    renameSync(fresh, DIST);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return true;
}

function compile(compiler, outDir) {
  const result = spawnSync(process.execPath, [compiler, "-p", join(TOP, "tsconfig.build.json"), "--outDir", outDir, "--noEmitOnError"], {
    cwd: TOP,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (result.status !== 0) throw new Error("cannot build: the sources do not compile");
}

/** The compiler leaves the endings of sources in declarations: they are to name what is shipped. */
function nameShippedFiles(outDir) {
  for (const file of listFiles(outDir).filter((name) => name.endsWith(".d.ts"))) {
    const path = join(outDir, file);
    writeFileSync(path, readFileSync(path, "utf8").replace(/\b(from |import\()"(\.[^"]+)\.ts"/g, '$1"$2.js"'));
  }
}

function copy(file, outDir) {
  const target = join(outDir, file);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(join(TOP, file), target);
}

function listInputs() {
  return [...SOURCE_FILES, ...SOURCE_FOLDERS.flatMap((folder) => listFiles(join(TOP, folder)).map((file) => `${folder}/${file}`))];
}

/** The files under a folder, relative to it, with `/`, in a fixed order. */
function listFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).replaceAll("\\", "/"))
    .sort();
}

function fingerprintOf(files) {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(TOP, file)))
      .update("\0");
  return hash.digest("hex");
}

function isCurrent(fingerprint) {
  try {
    const stamp = JSON.parse(readFileSync(join(DIST, STAMP), "utf8"));
    return stamp.fingerprint === fingerprint && stamp.files.every((file) => statSync(join(DIST, file)).isFile());
  } catch {
    return false;
  }
}

function findCompiler() {
  try {
    return createRequire(import.meta.url).resolve("typescript/bin/tsc");
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const options = new Set(process.argv.slice(2));
  try {
    build({ force: options.has("--force"), ifPossible: options.has("--if-possible") });
  } catch (error) {
    console.error(`breakwater: ${error.message}`);
    process.exitCode = 1;
  }
}
