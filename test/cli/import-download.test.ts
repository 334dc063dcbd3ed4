import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { registerImport } from "../../cli/import.ts";
import { defaultCacheFolder } from "../../data/sources/archive/archive-cache.ts";
import { archiveFiles } from "../../data/sources/archive/binance-archive.ts";
import { readBars } from "../../data/sources/read-bars.ts";
import { readSeriesFiles } from "../../data/sources/read-series.ts";
import { FUNDING, OPEN_INTEREST } from "../../data/sources/series-kind.ts";
import { ArchiveServer } from "./archive-server.ts";
import { runCommand } from "./captured.ts";
import { zipOf } from "./zipped.ts";

const DAY_MS = 86_400_000;
const DAILY = "data/futures/um/daily/klines/BTCUSDT/1h/BTCUSDT-1h-";
const MONTHLY = DAILY.replace("daily", "monthly");

/** Hour bars of some days as Binance packs them; prices that do not pack well. */
function days(first: string, count: number): Promise<Uint8Array> {
  const start = Date.parse(`${first}T00:00:00Z`);
  const rows = Array.from({ length: 24 * count }, (_, hour) => {
    const open = start + hour * 3_600_000;
    const price = 100 + ((hour * 7919) % 1000) / 997;
    return `${open},${price},${price + 1},${price - 1},${price},${(hour * 104_729) % 9973},${open + 3_599_999},1,1,1,1,0`;
  });
  return zipOf({ [`BTCUSDT-1h-${first}.csv`]: `${rows.join("\n")}\n` });
}

let folder: string;
let server: ArchiveServer;
let address: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-download-"));
  server = new ArchiveServer();
  address = await server.start();
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string) => join(folder, name);
const cached = (path: string) => join(at("cache"), new URL(address).host.replace(":", "_"), path);

/** Downloads with some patience, into a cache of the test's own. */
function download(from: string, to: string, ...words: readonly string[]) {
  const rest = ["--interval", "1h", "--source", address, "--cache", at("cache"), "--retries", "2"];
  return runCommand(
    registerImport,
    "import",
    "--symbol",
    "BTCUSDT",
    "--from",
    from,
    "--to",
    to,
    ...rest,
    "--out",
    at("out.arrow"),
    "--quiet",
    ...words,
  );
}

/** What a refused download says, with nothing written beside the cache. */
async function refusal(exitCode: number, ...words: Parameters<typeof download>): Promise<string> {
  const outcome = await download(...words);
  expect([outcome.exitCode, outcome.output]).toEqual([exitCode, ""]);
  expect(outcome.line).not.toContain("\n");
  expect((await readdir(folder)).filter((name) => name !== "cache")).toEqual([]);
  return (outcome.line as string).replaceAll(address, "SOURCE");
}

const rowsOf = async () => (await readBars(at("out.arrow"))).timeUs.length;

describe("download", () => {
  test("days are joined, verified and kept: the second time nothing is asked of the server", async () => {
    for (const day of ["10", "11", "12"]) server.add(`${DAILY}2025-10-${day}.zip`, await days(`2025-10-${day}`, 1));
    const outcome = await download("2025-10-10", "2025-10-12", "--json");
    expect(JSON.parse(outcome.output)).toMatchObject({
      symbol: "BTCUSDT",
      interval: "1h",
      rows: 72,
      from: "2025-10-10T00:00:00Z",
      to: "2025-10-12T23:00:00Z",
    });
    expect(server.requests.slice(0, 2)).toEqual([`GET ${DAILY}2025-10-10.zip.CHECKSUM`, `GET ${DAILY}2025-10-10.zip`]);
    expect(server.requests.length).toBe(6);
    expect((await readdir(dirname(cached(`${DAILY}x`)))).filter((name) => name.endsWith(".part"))).toEqual([]);
    await server.stop();
    expect((await download("2025-10-10", "2025-10-12", "--overwrite")).exitCode).toBe(0);
    expect(await rowsOf()).toBe(72);
  });

  test("whole months as such; a month that is not published yet by its days", async () => {
    server.add(`${DAILY}2025-08-31.zip`, await days("2025-08-31", 1));
    server.add(`${MONTHLY}2025-09.zip`, await days("2025-09-01", 30));
    for (let day = 1; day <= 31; day++) {
      const date = `2025-10-${String(day).padStart(2, "0")}`;
      server.add(`${DAILY}${date}.zip`, await days(date, 1));
    }
    expect((await download("2025-08-31", "2025-10-31")).exitCode).toBe(0);
    expect(await rowsOf()).toBe(24 * 62);
    expect(server.requests).toContain(`GET ${MONTHLY}2025-10.zip.CHECKSUM`);
    expect(server.requests.filter((request) => request.includes("2025-09"))).toEqual([
      `GET ${MONTHLY}2025-09.zip.CHECKSUM`,
      `GET ${MONTHLY}2025-09.zip`,
    ]);
  });

  test("funding rates by month, metrics by day, without an interval", async () => {
    const funding = "data/futures/um/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2025-09.zip";
    const start = Date.UTC(2025, 8, 1);
    server.add(
      funding,
      await zipOf({ "a.csv": `calc_time,funding_interval_hours,last_funding_rate\n${start},8,0.0001\n${start + DAY_MS},8,0.0002\n` }),
    );
    const metrics = "data/futures/um/daily/metrics/BTCUSDT/BTCUSDT-metrics-2025-09-01.zip";
    server.add(
      metrics,
      await zipOf({ "a.csv": "create_time,symbol,sum_open_interest,sum_open_interest_value\n2025-09-01 00:05:00,BTCUSDT,1,2\n" }),
    );
    const words = ["--source", address, "--cache", at("cache"), "--symbol", "BTCUSDT", "--from", "2025-09-01", "--quiet"];
    const run = (...rest: readonly string[]) => runCommand(registerImport, "import", ...words, ...rest);
    expect((await run("--kind", "funding", "--to", "2025-09-30", "--out", at("f.arrow"))).line).toBeNull();
    expect((await readSeriesFiles([at("f.arrow")], FUNDING)).timeUs.length).toBe(2);
    expect((await run("--kind", "open-interest", "--to", "2025-09-01", "--out", at("o.arrow"))).line).toBeNull();
    expect((await readSeriesFiles([at("o.arrow")], OPEN_INTEREST)).timeUs.length).toBe(1);
  });

  test("a connection that breaks off is resumed where it was", async () => {
    const path = `${DAILY}2025-10-10.zip`;
    const whole = await days("2025-10-10", 1);
    server.add(path, whole);
    const arrived = async (size: number) => {
      // What is on its way when a connection breaks may be lost.
      while ((await stat(`${cached(path)}.part`).catch(() => null))?.size !== size) await new Promise(setImmediate);
    };
    server.habits.set(path, { breakAfter: { bytes: 100, times: 5, arrived } });
    expect((await download("2025-10-10", "2025-10-10")).line).toBeNull();
    const asked = server.requests.filter((request) => request.startsWith(`GET ${path}`) && !request.includes("CHECKSUM"));
    // Each brought something: more of them broke off than may in a row.
    expect(asked).toEqual([`GET ${path}`, ...[100, 200, 300, 400, 500].map((bytes) => `GET ${path} bytes=${bytes}-`)]);
    expect(Buffer.from(whole).equals(await readFile(cached(path)))).toBe(true);
  });

  test("what an earlier run left is built upon; whole already, of another edition, or too long", async () => {
    const path = `${DAILY}2025-10-10.zip`;
    const whole = await days("2025-10-10", 1);
    server.add(path, whole);
    const left = async (bytes: Uint8Array) => {
      await rm(at("cache"), { recursive: true, force: true });
      await rm(at("out.arrow"), { force: true });
      await mkdir(dirname(cached(path)), { recursive: true });
      await writeFile(`${cached(path)}.part`, bytes);
      server.requests.length = 0;
      expect((await download("2025-10-10", "2025-10-10")).line).toBeNull();
      expect(await rowsOf()).toBe(24);
      return server.requests.slice(1).map((request) => request.replace(`GET ${path}`, "GET"));
    };
    expect(await left(whole.subarray(0, 300))).toEqual(["GET bytes=300-"]);
    expect(await left(whole)).toEqual([`GET bytes=${whole.length}-`]);
    expect(await left(new Uint8Array(300))).toEqual(["GET bytes=300-", "GET"]);
    expect(await left(new Uint8Array(whole.length + 5))).toEqual([`GET bytes=${whole.length + 5}-`, "GET"]);
    server.habits.set(path, { ignoresRange: true });
    expect(await left(whole.subarray(0, 300))).toEqual(["GET bytes=300-"]);
  });

  test("a run that fails in the middle leaves the cache alone, and the next one goes on", async () => {
    const path = `${DAILY}2025-10-11.zip`;
    const whole = await days("2025-10-11", 1);
    server.add(`${DAILY}2025-10-10.zip`, await days("2025-10-10", 1));
    server.add(path, whole);
    server.habits.set(path, { breakAfter: { bytes: 0, times: 99 } });
    expect(await refusal(1, "2025-10-10", "2025-10-11")).toMatch(
      /^breakwater: SOURCE\/.*2025-10-11\.zip: the connection broke .* \(tried 3 times\)$/,
    );
    server.habits.set(path, { breakAfter: { bytes: 500, times: 1 }, ignoresRange: true });
    server.requests.length = 0;
    expect((await download("2025-10-10", "2025-10-11")).line).toBeNull();
    expect(await rowsOf()).toBe(48);
    expect(server.requests.some((request) => request.includes("2025-10-10"))).toBe(false);
  });

  test("a server without ranges that always breaks off is given up", async () => {
    const path = `${DAILY}2025-10-10.zip`;
    server.add(path, await days("2025-10-10", 1));
    server.habits.set(path, { breakAfter: { bytes: 300, times: 99 }, ignoresRange: true });
    expect(await refusal(1, "2025-10-10", "2025-10-10")).toMatch(/2025-10-10\.zip: the connection broke/);
  });

  test("a wrong checksum: both sums, and the bad file is gone", async () => {
    const path = `${DAILY}2025-10-10.zip`;
    server.add(path, await days("2025-10-10", 1));
    server.files.set(path, await days("2025-10-11", 1));
    expect(await refusal(2, "2025-10-10", "2025-10-10")).toMatch(
      /^breakwater: SOURCE\/.*2025-10-10\.zip: SHA-256 [0-9a-f]{64} of what came, expected [0-9a-f]{64}: removed$/,
    );
    expect(await readdir(dirname(cached(path)))).toEqual([]);
    server.files.set(`${path}.CHECKSUM`, Buffer.from("<html>hello</html>"));
    expect(await refusal(2, "2025-10-10", "2025-10-10")).toMatch(/\.zip\.CHECKSUM: expected a SHA-256 sum, got "<html>hello<\/html>"$/);
  });

  test("a cached file that was damaged since is downloaded again", async () => {
    const path = `${DAILY}2025-10-10.zip`;
    server.add(path, await days("2025-10-10", 1));
    expect((await download("2025-10-10", "2025-10-10")).exitCode).toBe(0);
    await writeFile(cached(path), "junk");
    expect((await download("2025-10-10", "2025-10-10", "--overwrite")).exitCode).toBe(0);
    expect(await rowsOf()).toBe(24);
  });

  test("404: which day of which symbol", async () => {
    server.add(`${DAILY}2025-10-10.zip`, await days("2025-10-10", 1));
    expect(await refusal(2, "2025-10-10", "2025-10-11")).toBe(
      `breakwater: SOURCE/${DAILY}2025-10-11.zip: not in the archive: no BTCUSDT 1h of 2025-10-11`,
    );
  });

  test("an archive with a damaged CSV: the file in the cache, its member and line", async () => {
    server.add(`${DAILY}2025-10-10.zip`, await zipOf({ "x.csv": "1,2,3,4,5,6,7,8,9,10,11,x\n" }));
    expect(await refusal(2, "2025-10-10", "2025-10-10")).toMatch(/BTCUSDT-1h-2025-10-10\.zip: member x\.csv: line 1: /);
  });

  test("a busy server is asked again, one that refuses is not; a slow one is given up", async () => {
    const path = `${DAILY}2025-10-10.zip`;
    server.add(path, await days("2025-10-10", 1));
    server.habits.set(`${path}.CHECKSUM`, { status: { code: 503, times: 2 } });
    expect((await download("2025-10-10", "2025-10-10")).line).toBeNull();
    await rm(at("cache"), { recursive: true });
    await rm(at("out.arrow"));
    server.habits.set(path, { status: { code: 403, times: 9 } });
    expect(await refusal(1, "2025-10-10", "2025-10-10")).toMatch(/2025-10-10\.zip: the server answers 403$/);
    server.habits.set(path, { status: { code: 500, times: 9 } });
    expect(await refusal(1, "2025-10-10", "2025-10-10", "--retries", "1")).toMatch(/\.zip: the server answers 500 \(tried 2 times\)$/);
    server.habits.set(path, { hangs: true });
    expect(await refusal(1, "2025-10-10", "2025-10-10", "--timeout", "200ms", "--retries", "0")).toMatch(/\.zip: nothing came for 0\.2 s$/);
  });

  test("nobody answers: one line, exit code 1", async () => {
    await server.stop();
    const words = ["--retries", "0"] as const;
    expect(await refusal(1, "2025-10-10", "2025-10-10", ...words)).toMatch(/\.zip\.CHECKSUM: the connection is refused \(ECONNREFUSED\)$/);
    expect(await refusal(1, "2025-10-10", "2025-10-10", ...words, "--source", "http://nowhere.invalid")).toMatch(
      /nowhere\.invalid\/.*: no such host, or no network/,
    );
  });

  test.each<[string[], RegExp]>([
    [["--from", "2025-10-32"], /--from: expected a day such as 2025-10-01, got "2025-10-32"$/],
    [["--to", "yesterday"], /--to: expected a day such as 2025-10-01, got "yesterday"$/],
    [["--to", "2025-10-01"], /--to: 2025-10-01 is before 2025-10-10$/],
    [["--symbol", "../x"], /--symbol: expected one such as BTCUSDT, got "\.\.\/x"$/],
    [["--interval", "7m"], /--interval: expected one of the archive's .*, got "7m"$/],
    [["--interval", "1s"], /--interval: 1s is published for spot only$/],
    [["--source", "ftp://x"], /--source: expected an address such as https:.*, got "ftp:\/\/x"$/],
    [["--timeout", "0s"], /--timeout: expected at least 1ms, got 0s$/],
    [["--cache", "FILE"], /--cache: .*FILE.* cannot be written/],
  ])("bad options: %s", async (words, problem) => {
    await writeFile(join(folder, "cache"), "");
    const given = words.map((word) => (word === "FILE" ? at("cache") : word));
    if (words[1] === "FILE") server.add(`${DAILY}2025-10-10.zip`, await days("2025-10-10", 1));
    expect((await refusal(2, "2025-10-10", "2025-10-10", ...given)).replace(at("cache"), "FILE")).toMatch(problem);
    expect(existsSync(at("out.arrow"))).toBe(false);
  });

  test.each([
    ["--market", "moon"],
    ["--retries", "x"],
    ["--kind", "prices"],
    ["--gaps", "guess"],
    ["--delimiter", "x"],
  ])("a wrong command line: %s %s", async (...words) => {
    const outcome = await download("2025-10-10", "2025-10-10", ...words);
    expect([outcome.exitCode, outcome.output, await readdir(folder)]).toEqual([2, "", []]);
  });

  test("files and downloads do not mix; without either it says what it needs", async () => {
    const run = (...words: readonly string[]) => runCommand(registerImport, "import", ...words, "--out", at("out.arrow"));
    expect((await run("a.csv", "--from", "2025-10-10")).line).toMatch(/--from: is of downloads, which take no files/);
    expect((await run("--symbol", "BTCUSDT", "--from", "2025-10-10")).line).toMatch(
      /expected files, or --symbol, --from and --to .*: --to is missing$/,
    );
  });
});

describe("layout of the archive", () => {
  const request = { kind: "bars", market: "um", symbol: "BTCUSDT", interval: "1m", from: "2025-10-10", to: "2025-10-10" } as const;
  const pathsOf = (change: Partial<Parameters<typeof archiveFiles>[0]>) => archiveFiles({ ...request, ...change }).map(({ path }) => path);

  test("by market, kind and period", () => {
    expect(pathsOf({})).toEqual(["data/futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2025-10-10.zip"]);
    expect(pathsOf({ market: "spot", interval: "1s" })).toEqual(["data/spot/daily/klines/BTCUSDT/1s/BTCUSDT-1s-2025-10-10.zip"]);
    expect(pathsOf({ market: "cm", symbol: "BTCUSD_PERP", from: "2024-02-01", to: "2024-02-29" })).toEqual([
      "data/futures/cm/monthly/klines/BTCUSD_PERP/1m/BTCUSD_PERP-1m-2024-02.zip",
    ]);
    expect(pathsOf({ from: "2023-12-31", to: "2024-02-01" })).toEqual([
      "data/futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2023-12-31.zip",
      "data/futures/um/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2024-01.zip",
      "data/futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2024-02-01.zip",
    ]);
    expect(pathsOf({ kind: "open-interest", from: "2025-09-30", to: "2025-10-01" })).toEqual([
      "data/futures/um/daily/metrics/BTCUSDT/BTCUSDT-metrics-2025-09-30.zip",
      "data/futures/um/daily/metrics/BTCUSDT/BTCUSDT-metrics-2025-10-01.zip",
    ]);
  });

  test("funding rates in parts of months, and of spot, are refused", () => {
    expect(() => pathsOf({ kind: "funding", from: "2025-09-02", to: "2025-09-30" })).toThrow(
      /--from: funding rates are published by month: .* got 2025-09-02$/,
    );
    expect(() => pathsOf({ kind: "funding", from: "2025-08-01", to: "2025-09-29" })).toThrow(
      /--to: .* the last day of a month, got 2025-09-29$/,
    );
    expect(() => pathsOf({ kind: "funding", market: "spot" })).toThrow(/--market: spot has no funding$/);
  });
});

describe("where archives are kept", () => {
  test("in the user's cache folder, which XDG_CACHE_HOME moves", () => {
    expect(defaultCacheFolder({ XDG_CACHE_HOME: "/somewhere" })).toBe(join("/somewhere", "breakwater"));
    expect(defaultCacheFolder({ XDG_CACHE_HOME: "" })).toBe(join(homedir(), ".cache", "breakwater"));
  });
});
