/** One sweep at a time in a directory. */
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LOCK_FILE, lockSweep } from "../../../lab/sweep/lock.ts";
import { ownStart } from "../../../lab/sweep/process-start.ts";

const CONTENDER = fileURLToPath(new URL("lock-contender.ts", import.meta.url));
/** Of Linux, which tells when a process started. */
const TELLS_STARTS = existsSync("/proc/self/stat");

let directory = "";
let file = "";
const contenders: Contender[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "breakwater-lock-"));
  file = join(directory, LOCK_FILE);
});
afterEach(async () => {
  for (const { child } of contenders.splice(0)) child.kill("SIGKILL");
  await rm(directory, { recursive: true, force: true });
});

/** Another process that takes locks. */
interface Contender {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  /** What it says next. */
  readonly word: () => Promise<string>;
}

async function contender(): Promise<Contender> {
  const child = spawn(process.execPath, ["--import", "tsx", CONTENDER, directory], { stdio: ["pipe", "pipe", "inherit"] });
  const words: string[] = [];
  let heard = () => {};
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    words.push(...text.split("\n").filter((word) => word !== ""));
    heard();
  });
  const one: Contender = {
    child,
    async word() {
      while (words.length === 0) await new Promise<void>((resolve) => (heard = resolve));
      return words.shift() as string;
    },
  };
  contenders.push(one);
  expect(await one.word()).toBe("there");
  return one;
}

async function told(one: Contender, order: "take" | "give back"): Promise<string> {
  one.child.stdin.write(`${order}\n`);
  return await one.word();
}

/** The number of a process that is gone. */
const gone = spawnSync(process.execPath, ["-e", ""]).pid;

/** The lock of replacing a lock. */
function successionOf(left: string): string {
  return `${file}.${createHash("sha256").update(left).digest("hex").slice(0, 16)}`;
}

test("a directory at which a sweep is at work is refused, and given back whole", async () => {
  const lock = await lockSweep(directory);
  await expect(lockSweep(directory)).rejects.toThrow(`another sweep is at work here (process ${process.pid} on ${hostname()})`);
  const other = await contender();
  expect(await told(other, "take")).toContain(`refused: ${directory}: another sweep is at work here (process ${process.pid} on`);
  await lock.release();
  expect(await readdir(directory)).toEqual([]);
  expect(await told(other, "take")).toBe("has it");
  await expect(lockSweep(directory)).rejects.toThrow(`process ${other.child.pid} on ${hostname()}`);
  expect(await told(other, "give back")).toBe("gave back");
  expect(await readdir(directory)).toEqual([]);
});

describe("what a process left that is gone is taken over", () => {
  test("of one that ended, or was cut short by what ended it; not of one elsewhere", async () => {
    await writeFile(file, `${hostname()} ${gone} 1\n`);
    // And while it took the lock.
    await writeFile(`${file}.0123`, "");
    await (await lockSweep(directory)).release();
    expect(await readdir(directory)).toEqual([]);
    await writeFile(file, "");
    const lock = await lockSweep(directory);
    expect(await readFile(file, "utf8")).toBe(`${`${hostname()} ${process.pid} ${ownStart()}`.trim()}\n`);
    await lock.release();
    await writeFile(file, "elsewhere 1 1\n");
    await expect(lockSweep(directory)).rejects.toThrow("process 1 on elsewhere");
  });

  test("of one killed with -9 while it had it", async () => {
    const killed = await contender();
    expect(await told(killed, "take")).toBe("has it");
    killed.child.kill("SIGKILL");
    await once(killed.child, "exit");
    expect(existsSync(file)).toBe(true);
    await (await lockSweep(directory)).release();
  });

  test.runIf(TELLS_STARTS)("of one whose number another process has now", async () => {
    const other = await contender();
    const start = (await readFile(`/proc/${other.child.pid}/stat`, "utf8")).split(") ")[1]?.split(" ")[19];
    await writeFile(file, `${hostname()} ${other.child.pid} ${start}\n`);
    await expect(lockSweep(directory)).rejects.toThrow(`process ${other.child.pid} on ${hostname()}`);
    await writeFile(file, `${hostname()} ${other.child.pid} ${Number(start) - 1}\n`);
    await (await lockSweep(directory)).release();
    // Of a system that does not tell, a number that is there counts.
    await writeFile(file, `${hostname()} ${other.child.pid}\n`);
    await expect(lockSweep(directory)).rejects.toThrow(`process ${other.child.pid} on ${hostname()}`);
  });
});

describe("of several processes at once one gets it", () => {
  test.each<[string, readonly ("lock" | "right to replace it")[]]>([
    ["where there is none", []],
    ["where one was left by a process that is gone", ["lock"]],
    ["where another left the right to replace it, too", ["lock", "right to replace it"]],
  ])("%s", async (_, left) => {
    const several = await Promise.all([contender(), contender(), contender(), contender()]);
    for (let round = 0; round < 40; round++) {
      const lock = `${hostname()} ${gone} ${round}\n`;
      if (left.includes("lock")) await writeFile(file, lock);
      if (left.includes("right to replace it")) await writeFile(successionOf(lock), `${hostname()} ${gone} 1\n`);
      const words = await Promise.all(several.map((one) => told(one, "take")));
      expect(words.filter((word) => word === "has it")).toHaveLength(1);
      expect(words.filter((word) => word.includes("another sweep is at work here"))).toHaveLength(several.length - 1);
      await Promise.all(several.map((one) => told(one, "give back")));
      expect(await readdir(directory)).toEqual([]);
    }
  });
});
