/** `breakwater import` without files: what it downloads of Binance's public archive. */
import { defaultCacheFolder, fetchArchive } from "../data/sources/archive/archive-cache.ts";
import { ARCHIVE_MARKETS, archiveFiles, BINANCE_ARCHIVE } from "../data/sources/archive/binance-archive.ts";
import { InputError } from "../sim/kernel/input-error.ts";
import { parseDuration } from "../sim/kernel/time.ts";
import type { ImportOptions } from "./import-options.ts";
import { startProgress } from "./progress.ts";
import { writeFailure } from "./target.ts";

/** Interval of bars when none is asked for. */
export const DOWNLOAD_INTERVAL = "1m";
const TIMEOUT = "30s";
const RETRIES = 5;
/** Options that mean something for downloads only. */
const DOWNLOAD_OPTIONS = ["from", "to", "market", "source", "cache", "timeout", "retries"] as const;

/**
 * Refuses options that go together badly: files with those of downloads, or neither.
 * @throws InputError naming the option
 */
export function checkSources(files: readonly string[], options: ImportOptions): void {
  if (files.length > 0) {
    const given = DOWNLOAD_OPTIONS.find((name) => options[name] !== undefined);
    if (given !== undefined) throw new InputError(`--${given}`, "is of downloads, which take no files: leave one of them out");
    return;
  }
  for (const name of ["symbol", "from", "to"] as const)
    if (options[name] === undefined)
      throw new InputError("import", `expected files, or --symbol, --from and --to for a download: --${name} is missing`);
}

/**
 * Downloads what is asked for into the cache, showing progress.
 * @returns the files in the cache, in order of time
 * @throws InputError naming option or file; Error when the archive cannot be reached
 */
export async function download(options: ImportOptions): Promise<string[]> {
  const { kind, symbol = "", from = "", to = "", interval = DOWNLOAD_INTERVAL } = options;
  const market = ARCHIVE_MARKETS.find((name) => name === (options.market ?? "um")) as (typeof ARCHIVE_MARKETS)[number];
  const files = archiveFiles({ kind, market, symbol, interval, from, to });
  const timeoutMs = parseDuration(options.timeout ?? TIMEOUT, "--timeout") / 1000;
  if (timeoutMs < 1) throw new InputError("--timeout", `expected at least 1ms, got ${options.timeout}`);
  const cache = {
    source: sourceOf(options.source ?? BINANCE_ARCHIVE),
    folder: options.cache ?? defaultCacheFolder(process.env),
    timeoutMs,
    retries: options.retries ?? RETRIES,
  };
  const progress = startProgress(`${symbol} ${from} to ${to}`, options.quiet === true || options.json === true);
  try {
    return await fetchArchive(files, cache, (part) => progress.update(part));
  } catch (error) {
    throw writeFailure(error, "--cache");
  } finally {
    progress.stop();
  }
}

function sourceOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "")
    throw new InputError("--source", `expected an address such as ${BINANCE_ARCHIVE}, got ${JSON.stringify(text)}`);
  return text.replace(/\/+$/, "");
}
