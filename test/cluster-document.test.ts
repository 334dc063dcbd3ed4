/** docs/cluster.md: its commands are run, and what service managers are told names options that there are. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registerWorker } from "../cli/worker.ts";
import { CHECKOUT, start } from "./checkout.ts";
import { startDatabase, type TestDatabase } from "./lab/queue/postgres.ts";

let guide = "";
let database: TestDatabase;
beforeAll(async () => {
  guide = await readFile(join(CHECKOUT, "docs/cluster.md"), "utf8");
  database = await startDatabase();
});
afterAll(() => database.stop());

function block(language: string): string {
  return found(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s"), guide);
}

function found(pattern: RegExp, text: string): string {
  const part = pattern.exec(text)?.[1];
  if (part === undefined) throw new Error(`${pattern} is not there`);
  return part;
}

/** The words after `breakwater worker`, refused where they are no options of it. */
function workerOptions(words: readonly string[]): unknown {
  const program = new Command("breakwater").exitOverride();
  registerWorker(program);
  const worker = program.commands[0] as Command;
  worker.exitOverride().parseOptions([...words]);
  expect(words.filter((word) => word.startsWith("--") && !worker.options.some(({ long }) => long === word))).toEqual([]);
  return worker.opts();
}

test("the commands run: a worker and a sweep that meet in the database", async () => {
  const folder = await mkdtemp(join(tmpdir(), "breakwater-docs-"));
  try {
    const plan = {
      name: "small",
      scenario: "flash-crash",
      tables: [],
      set: { duration: "2m", "population.accounts": 100 },
      replications: 2,
    };
    const set = { ...plan.set, "shock.waypoints": [{ at: "1m", change: -0.1 }] };
    await writeFile(join(folder, "small.json"), JSON.stringify({ ...plan, set }));
    const script = block("sh").replaceAll("npx breakwater", `"${process.execPath}" "${join(CHECKOUT, "bin/breakwater.js")}"`);
    const secret = /postgres:\/\/\S+/;
    expect(script).toMatch(secret);
    const ended = await start("sh", ["-ec", `${script.replace(secret, `'${database.url}'`)}\nwait\n`], { cwd: folder });
    expect(ended.exitCode).toBe(0);
    expect(ended.stdout).toContain("runs    2 of 1 setting, 0 failed");
    expect(ended.stdout).toMatch(/^runs {4}2 done, 0 could not be done here, 0 given back$/m);
    expect(await readdir(join(folder, "out/small"))).toEqual(expect.arrayContaining(["runs.parquet", "settings.parquet", "sweep.json"]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

describe("what service managers are told", () => {
  test("systemd: sections and the command", () => {
    const unit = block("ini");
    expect([...unit.matchAll(/^\[(\w+)\]$/gm)].map(([, name]) => name)).toEqual(["Unit", "Service", "Install"]);
    for (const line of unit.split("\n")) expect(line).toMatch(/^$|^#|^\[\w+\]$|^[A-Z][A-Za-z]+=\S.*$/);
    const [, ...words] = found(/^ExecStart=(.*)$/m, unit).split(" ");
    expect(words.slice(0, 2)).toEqual(["/opt/breakwater/node_modules/breakwater/bin/breakwater.js", "worker"]);
    workerOptions(words.slice(2));
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(20);
  });

  test("Kubernetes: the command, the secret, the time to stop", () => {
    const yaml = block("yaml");
    expect(yaml).not.toContain("\t");
    const words = JSON.parse(found(/command: (\[.*\])/, yaml)) as string[];
    expect(words.slice(0, 2)).toEqual(["breakwater", "worker"]);
    expect(workerOptions(words.slice(2))).toEqual({ workers: 4, idleExit: 300 });
    expect(yaml).toContain("- name: BREAKWATER_QUEUE");
    expect(Number(/terminationGracePeriodSeconds: (\d+)/.exec(yaml)?.[1])).toBeGreaterThan(20);
  });

  test("Slurm: a script that a shell reads, and the command", () => {
    const script = block("bash");
    expect(spawnSync("bash", ["-n"], { input: script }).status).toBe(0);
    const words = found(/^srun (.*)$/m, script)
      .replace('"$SLURM_CPUS_PER_TASK"', "8")
      .split(" ");
    expect(words.slice(0, 2)).toEqual(["breakwater", "worker"]);
    expect(workerOptions(words.slice(2))).toEqual({ workers: 8, idleExit: 300 });
  });
});
