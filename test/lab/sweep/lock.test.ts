/** One sweep at a time in a directory. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LOCK_FILE, lockSweep } from "../../../lab/sweep/lock.ts";

test("a directory at which a sweep is at work is refused, and taken over from one that is gone", async () => {
  const directory = await mkdtemp(join(tmpdir(), "breakwater-lock-"));
  const file = join(directory, LOCK_FILE);
  try {
    const unlock = await lockSweep(directory);
    await expect(lockSweep(directory)).rejects.toThrow(`another sweep is at work here (process ${process.pid} on ${hostname()})`);
    await unlock();
    expect(await readdir(directory)).toEqual([]);
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    await writeFile(file, `${hostname()} ${pid}\n`);
    await (await lockSweep(directory))();
    // Cut short by what ended it.
    await writeFile(file, "");
    const again = await lockSweep(directory);
    expect(await readFile(file, "utf8")).toBe(`${hostname()} ${process.pid}\n`);
    await again();
    await writeFile(file, "elsewhere 1\n");
    await expect(lockSweep(directory)).rejects.toThrow("process 1 on elsewhere");
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
