/** One file over HTTP, resumed where it broke off. */
import { open, stat, truncate } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { InputError } from "../../../sim/kernel/input-error.ts";
import { FILE_BYTES_MOST } from "../../store/regular-file.ts";

/** How patient a download is. */
export interface DownloadOptions {
  /** How long a server may say nothing. */
  readonly timeoutMs: number;
  /** How many times in a row it may fail without sending anything new. */
  readonly retries: number;
}

/** First pause before another try; each following is twice as long. */
const PAUSE_MS = 250;
const PAUSE_MOST_MS = 8000;

/** A server says that there is no such file. */
export class NotFound extends Error {
  override readonly name = "NotFound";
}

/** What may pass: a connection that broke, a server that is busy. */
class Passing extends Error {
  override readonly name = "Passing";
}

/**
 * The text of a small file.
 * @throws NotFound; Error naming address and reason after the last try
 */
export async function fetchText(url: string, options: DownloadOptions): Promise<string> {
  return persist(url, options, async () => {
    const watch = watchdog(options.timeoutMs);
    try {
      const response = await request(url, {}, watch.signal);
      if (response.status !== 200) throw statusError(url, response.status);
      return await response.text();
    } finally {
      watch.stop();
    }
  });
}

/**
 * Downloads into a file, which may hold the beginning already; what it holds stays when it fails.
 * @param onPart the part that is there, 0 to 1, as far as the server says how much there is
 * @returns whether what was there before was built upon
 * @throws NotFound; InputError beyond 2 GiB; Error naming address and reason after the last try
 */
export async function downloadInto(file: string, url: string, options: DownloadOptions, onPart: (part: number) => void): Promise<boolean> {
  let largest = await sizeOf(file);
  let builtUpon = largest > 0;
  await persist(url, options, async (again) => {
    const had = await sizeOf(file);
    const resumed = await transfer(file, url, had, options, (size, part) => {
      // A server that always starts over, and always breaks off, brings nothing new.
      if (size > largest) again();
      largest = Math.max(largest, size);
      onPart(part);
    });
    if (!resumed) builtUpon = false;
  });
  return builtUpon;
}

/** One request, from where the file ends. @returns whether the server went on from there */
async function transfer(
  file: string,
  url: string,
  had: number,
  options: DownloadOptions,
  onSize: (size: number, part: number) => void,
): Promise<boolean> {
  const watch = watchdog(options.timeoutMs);
  try {
    const response = await request(url, had > 0 ? { range: `bytes=${had}-` } : {}, watch.signal);
    // Nothing is left to send, or what is there is longer than the file: its checksum tells.
    if (response.status === 416 && had > 0) return true;
    const resumed = response.status === 206 && response.headers.get("content-range")?.startsWith(`bytes ${had}-`) === true;
    if (!resumed && response.status !== 200) throw statusError(url, response.status);
    if (!resumed && had > 0) await truncate(file, 0);
    const before = resumed ? had : 0;
    const announced = Number(response.headers.get("content-length") ?? Number.NaN);
    const whole = before + announced;
    if (whole > FILE_BYTES_MOST) throw new InputError(url, `expected at most 2 GiB, got ${whole} bytes`);
    await write(file, response, before, (size) => {
      watch.feed();
      if (size > FILE_BYTES_MOST) throw new InputError(url, "expected at most 2 GiB, got more");
      onSize(size, whole > 0 ? Math.min(1, size / whole) : 0);
    });
    return resumed;
  } finally {
    watch.stop();
  }
}

async function write(file: string, response: Response, before: number, onSize: (size: number) => void): Promise<void> {
  const target = await open(file, "a");
  try {
    let size = before;
    const chunks = response.body as AsyncIterable<Uint8Array> | null;
    for await (const chunk of chunks ?? []) {
      await target.appendFile(chunk);
      size += chunk.length;
      onSize(size);
    }
  } finally {
    await target.close();
  }
}

async function request(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  // Packed once more on the way, lengths and ranges would mean something else.
  return fetch(url, { headers: { "accept-encoding": "identity", ...headers }, signal });
}

function statusError(url: string, status: number): Error {
  if (status === 404) return new NotFound(url);
  const words = `the server answers ${status}`;
  return status >= 500 || status === 429 || status === 408 ? new Passing(words) : new Error(`${url}: ${words}`);
}

/** Tries until it succeeds, or fails so often in a row; `again` is called when something came after all. */
async function persist<Result>(
  url: string,
  { retries, timeoutMs }: DownloadOptions,
  attempt: (again: () => void) => Promise<Result>,
): Promise<Result> {
  for (let failed = 0; ; failed++) {
    try {
      return await attempt(() => {
        failed = 0;
      });
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (failed >= retries)
        throw new Error(`${url}: ${reasonOf(error as Error, timeoutMs)}${failed === 0 ? "" : ` (tried ${failed + 1} times)`}`);
      await sleep(Math.min(PAUSE_MS * 2 ** failed, PAUSE_MOST_MS));
    }
  }
}

/** Whatever `fetch` itself throws is of the connection. */
function isPassing(error: unknown): boolean {
  return error instanceof Passing || error instanceof TypeError || (error instanceof Error && error.name === "AbortError");
}

function reasonOf(error: Error, timeoutMs: number): string {
  if (error.name === "AbortError") return `nothing came for ${timeoutMs / 1000} s`;
  if (error instanceof Passing) return error.message;
  const { cause } = error;
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `no such host, or no network (${code})`;
  if (code === "ECONNREFUSED") return "the connection is refused (ECONNREFUSED)";
  if (code === "UND_ERR_CONNECT_TIMEOUT") return "no connection in time";
  const said = cause instanceof Error && cause.message !== "" ? cause.message : error.message;
  return `the connection broke (${code ?? said})`;
}

/** Aborts when it is not fed for so long. */
function watchdog(timeoutMs: number): { readonly signal: AbortSignal; feed(): void; stop(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  return { signal: controller.signal, feed: () => timer.refresh(), stop: () => clearTimeout(timer) };
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}
