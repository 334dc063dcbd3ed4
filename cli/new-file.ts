/** The file that a command is told to write with `--out`: refused beforehand where it may not be, whole or not there afterwards. */
import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { InputError } from "../sim/kernel/input-error.ts";
import { checkTarget, writeFailure } from "./target.ts";

/**
 * Refuses a file that cannot be written, or is there already and may not be replaced.
 * @param endings that it may have; left out: any
 * @throws InputError naming `--out`, the file and the reason
 */
export async function checkNewFile(out: string, mayReplace: boolean, endings: readonly string[] = []): Promise<void> {
  const ending = extname(out).toLowerCase();
  if (endings.length > 0 && !endings.includes(ending)) {
    const expected = [endings.slice(0, -1).join(", "), endings.at(-1)].filter((part) => part !== "").join(" or ");
    throw new InputError("--out", `${ending === "" ? "no ending" : ending} is not supported: expected ${expected}, got ${out}`);
  }
  const exists = await checkTarget(out, { option: "--out", kind: "file", makesDirectories: false });
  if (exists && !mayReplace) throw new InputError("--out", `${out} exists already: choose another name or --overwrite`);
}

/**
 * Writes a file under another name first, so that it is whole or not there.
 * @param write makes a file of the name it is given
 * @returns what `write` does
 * @throws InputError as `write`, and when the system refuses the place
 */
export async function writeNewFile<Result>(out: string, write: (file: string) => Promise<Result>): Promise<Result> {
  // Its name does not hold the other, which may be as long as names can be.
  const temporary = join(dirname(out), `.${randomUUID()}.part`);
  try {
    // Made and taken away again first, for the system's own word where it may not be.
    await writeFile(temporary, "", { flag: "wx" });
    await rm(temporary);
    const result = await write(temporary);
    await rename(temporary, out);
    return result;
  } catch (error) {
    throw writeFailure(error, "--out", out);
  } finally {
    await rm(temporary, { force: true });
  }
}
