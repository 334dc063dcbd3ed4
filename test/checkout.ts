/** The checkout the tests run in, and how they start programs in it. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of package.json. */
export const CHECKOUT = fileURLToPath(new URL("..", import.meta.url));

/** What a program left behind. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is started: in the checkout, without input, in the environment of the tests, unless told otherwise. */
export interface StartOptions {
  readonly cwd?: string;
  readonly environment?: Record<string, string>;
}

/** Runs a program to its end. Never throws for an exit code. */
export function start(
  command: string,
  words: readonly string[],
  options: StartOptions = {},
  base: NodeJS.ProcessEnv = process.env,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      cwd: options.cwd ?? CHECKOUT,
      env: { ...base, ...options.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

/** Runs a script of this checkout, or one given by its full path, with Node. */
export function node(words: readonly string[], options: StartOptions = {}): Promise<Ended> {
  return start(process.execPath, words, options);
}

/** Runs the command line as users do: `breakwater(["run", "calm-day"])`. It takes dist, which `npm test` has built. */
export function breakwater(words: readonly string[], options: StartOptions = {}): Promise<Ended> {
  return node([join(CHECKOUT, "bin/breakwater.js"), ...words], options);
}

/** Runs npm. */
export function npm(words: readonly string[], options: StartOptions = {}): Promise<Ended> {
  return start("npm", words, options, environmentForNpm());
}

/** Runs npx. */
export function npx(words: readonly string[], options: StartOptions = {}): Promise<Ended> {
  return start("npx", words, options, environmentForNpm());
}

/** `npm test` tells its children which package it works on; a npm that is started elsewhere must not hear that. */
function environmentForNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_package_|npm_lifecycle_|npm_config_local_prefix$|INIT_CWD$)/.test(name)),
  );
}

/** Runs Deno, of the package `deno`, without any look at the network. */
export function deno(words: readonly string[], options: StartOptions = {}): Promise<Ended> {
  const folder = dirname(createRequire(import.meta.url).resolve("deno/package.json"));
  const environment = { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1", ...options.environment };
  return start(process.execPath, [join(folder, "bin.cjs"), ...words], { ...options, environment });
}
