/** What the words of `breakwater import`'s options mean. */
import type { BarsOrigin } from "../data/sources/bars.ts";
import type { ReadOptions, TIME_UNITS } from "../data/sources/read-raw.ts";
import type { SERIES_KINDS } from "../data/sources/series-kind.ts";
import { InputError } from "../sim/kernel/input-error.ts";

/** The options as commander gives them. */
export interface ImportOptions {
  readonly out: string;
  readonly kind: keyof typeof SERIES_KINDS;
  readonly symbol?: string;
  readonly interval?: string;
  readonly format: NonNullable<ReadOptions["format"]>;
  readonly timeUnit: (typeof TIME_UNITS)[number];
  readonly columns: readonly string[];
  readonly where: readonly string[];
  readonly delimiter: string;
  readonly table?: string;
  readonly gaps: NonNullable<BarsOrigin["gaps"]>;
  readonly from?: string;
  readonly to?: string;
  readonly market?: string;
  readonly source?: string;
  readonly cache?: string;
  readonly timeout?: string;
  readonly retries?: number;
  readonly overwrite?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Names that shells and people find easier than the character. */
const DELIMITER_NAMES: Readonly<Record<string, string>> = { tab: "\t", comma: ",", semicolon: ";", bar: "|" };
/** What `--delimiter` takes. */
export const DELIMITERS = ["auto", ...Object.keys(DELIMITER_NAMES), ",", ";", "|"];

/** Collects an option that may be given any number of times. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/**
 * What is said of the form of the files.
 * @throws InputError naming the option: no `a=b`, or one given twice
 */
export function readOptionsOf(options: ImportOptions): ReadOptions {
  const { format, timeUnit, delimiter, table } = options;
  const columns = pairs(
    "--columns",
    options.columns.flatMap((text) => text.split(",")),
  );
  const where = pairs("--where", options.where);
  return { format, timeUnit, table, columns, where, delimiter: DELIMITER_NAMES[delimiter] ?? delimiter };
}

function pairs(option: string, texts: readonly string[]): Record<string, string> | undefined {
  const found = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf("=");
    const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    if (at === -1 || name === "" || value === "")
      throw new InputError(option, `expected ${option === "--columns" ? "FIELD=COLUMN" : "COLUMN=VALUE"}, got ${JSON.stringify(text)}`);
    if (found.has(name)) throw new InputError(option, `${name} is given twice`);
    found.set(name, value);
  }
  return found.size === 0 ? undefined : Object.fromEntries(found);
}
