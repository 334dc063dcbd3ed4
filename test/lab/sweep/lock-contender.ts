/** A process that takes the lock of a directory when it is told to, and gives it back when it is told that. */
import { createInterface } from "node:readline";
import { lockSweep, type SweepLock } from "../../../lab/sweep/lock.ts";

const [directory = ""] = process.argv.slice(2);
const say = (word: string) => process.stdout.write(`${word}\n`);
let lock: SweepLock | null = null;
createInterface({ input: process.stdin }).on("line", async (order) => {
  if (order === "take") {
    try {
      lock = await lockSweep(directory);
      say("has it");
    } catch (error) {
      say(`refused: ${(error as Error).message}`);
    }
  } else {
    await lock?.release();
    lock = null;
    say("gave back");
  }
});
say("there");
