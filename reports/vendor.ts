/** The charting libraries a page carries within itself, with their licences. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const LIBRARIES = ["vega", "vega-lite", "vega-embed"] as const;

/** One library: its minified script for browsers and the text of its licence. */
export interface Library {
  readonly name: string;
  readonly version: string;
  readonly script: string;
  readonly licence: string;
}

/** Reads the libraries from where they are installed, in the order in which a page loads them. */
export async function readLibraries(): Promise<Library[]> {
  const require = createRequire(import.meta.url);
  return Promise.all(
    LIBRARIES.map(async (name) => {
      const build = dirname(require.resolve(name));
      const [script, licence, manifest] = await Promise.all([
        readFile(join(build, `${name}.min.js`), "utf8"),
        readFile(join(build, "..", "LICENSE"), "utf8"),
        readFile(join(build, "..", "package.json"), "utf8"),
      ]);
      const { version } = JSON.parse(manifest) as { version: string };
      // The map of the source is not there to be fetched.
      return { name, version, script: script.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, ""), licence };
    }),
  );
}
