/**
 * The same digest in every Node we support. The programs come from npm, as packages by
 * platform: not as a dependency, since in `node_modules/.bin` it would stand before the
 * Node that runs npm's scripts.
 */
import { access, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CHECKOUT, type Ended, npm, start } from "./checkout.ts";
import { SMALL_RUN } from "./small-run.ts";

/** One of each line that is maintained or that we support; what runs the tests need not be among them. */
const VERSIONS = ["20.20.2", "22.23.3", "24.21.0"];
const PLATFORM = process.platform === "win32" ? "win" : process.platform;
const PACKAGE = `node-${PLATFORM}-${process.arch}`;
const PROGRAM = process.platform === "win32" ? "bin/node.exe" : "bin/node";
/** CI must not pass for want of a network. */
const REQUIRED = process.env["CI"] !== undefined;

let folder = "";
let expected = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-node-"));
  expected = digestOf(await run(process.execPath, join(folder, "here")));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.for(VERSIONS)("TIME-3: Node %s runs the build to the digest of the Node that runs the tests", async (version, { skip }) => {
  const { program, problem } = await fetchNode(version);
  if (problem !== null && !REQUIRED) skip(problem);
  expect(problem).toBeNull();
  expect((await start(program, ["--version"])).stdout.trim()).toBe(`v${version}`);
  expect(digestOf(await run(program, join(folder, version)))).toBe(expected);
});

/** A Node of an exact version, fetched once; `problem` says why it cannot be had. */
async function fetchNode(version: string): Promise<{ readonly program: string; readonly problem: string | null }> {
  const place = join(CHECKOUT, "node_modules/.cache", `node-${version}`);
  const program = join(place, "package", PROGRAM);
  if (await isThere(program)) return { program, problem: null };
  const partial = `${place}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  try {
    const packed = await npm(["pack", "--json", "--pack-destination", partial, `${PACKAGE}@${version}`], { cwd: partial });
    if (packed.exitCode !== 0) return { program, problem: `${PACKAGE}@${version} cannot be fetched: ${reasonOf(packed)}` };
    const [archive = ""] = await readdir(partial);
    const unpacked = await start("tar", ["-xzf", archive], { cwd: partial });
    if (unpacked.exitCode !== 0) return { program, problem: `${archive} cannot be unpacked: ${unpacked.stderr.trim()}` };
    await rm(join(partial, archive));
    await rm(place, { recursive: true, force: true });
    await rename(partial, place);
    return { program, problem: null };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** What npm complains of: the line after that of the code. */
function reasonOf({ exitCode, stderr }: Ended): string {
  return /npm (?:error|ERR!) (?!code)(.+)/.exec(stderr)?.[1] ?? `npm ended with code ${exitCode}`;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function run(program: string, out: string): Promise<Ended> {
  const settings = SMALL_RUN.flatMap((setting) => ["--set", setting]);
  return start(program, [join(CHECKOUT, "bin/breakwater.js"), "run", "flash-crash", ...settings, "--json", "--quiet", "--out", out]);
}

function digestOf(ended: Ended): string {
  expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
  const { digest } = JSON.parse(ended.stdout) as { digest: string };
  expect(digest).toMatch(/^[0-9a-f]{32}$/);
  return digest;
}
