/** A folder for results that nobody named a directory for. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of the system for what is temporary. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** Makes a folder that is removed when asked, at the latest when the program ends by itself. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), "breakwater-"));
  const remove = () => {
    process.off("exit", remove);
    rmSync(path, { recursive: true, force: true });
  };
  process.on("exit", remove);
  return { path, remove };
}
