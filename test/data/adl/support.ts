/** Snapshots for tests of ADL replays. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type AdlCase, type AdlQuestion, adlCase } from "../../../data/adl/adl-case.ts";
import { readSnapshot } from "../../../data/adl/read-snapshot.ts";

/** A temporary folder for the tests of a file. */
export function useSnapshots() {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "breakwater-adl-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  return {
    path,
    async write(lines: readonly string[] | Buffer, name = "positions.csv"): Promise<string> {
      await writeFile(path(name), Buffer.isBuffer(lines) ? lines : `${lines.join("\n")}\n`);
      return path(name);
    },
    /** The case of a snapshot; a long of 10 at mark 95, closed at 98, in lots of 1, unless told otherwise. */
    async caseOf(lines: readonly string[], question: Partial<AdlQuestion> = {}): Promise<AdlCase> {
      const snapshot = await readSnapshot(await this.write(lines));
      return adlCase(snapshot, { side: "long", size: "10", mark: "95", price: "98", lot: "1", ...question });
    },
  };
}

/** Six accounts: of the shorts three winners, a loser, and one that cannot afford it. */
export const SIX = [
  "account,size,entry_price,equity,leverage,gross_notional,requirement",
  "alice,-6,100,120,10,570,3",
  "bob,-6,110,180,5,700,4",
  "carol,-2,120,60,20,190,1",
  "dave,-5,90,200,3,475,2",
  "erin,-40,99,100,50,3800,20",
  "frank,8,94,300,2,800,4",
];
