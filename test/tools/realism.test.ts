/** `docs/realism.md` says what a run of the calm day and the files of real markets say today. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { InstrumentFacts } from "../../data/store/facts-schema.ts";
import type { Summary } from "../../data/store/run-directory.ts";
import { realismDocument } from "../../tools/realism/document.ts";
import { measureReal, type RealFacts } from "../../tools/realism/real-facts.ts";
import { breakwater, CHECKOUT } from "../checkout.ts";

const SHARED = new URL("../../../shared/data/", import.meta.url);
const STALE = "stale: npx tsx tools/realism.ts writes it anew";

let folder = "";
let summary: Summary;
let real: RealFacts;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-realism-"));
  real = JSON.parse(await readFile(join(CHECKOUT, "tools/realism/real-facts.json"), "utf8"));
  const ended = await breakwater(["run", "calm-day", "--json", "--out", join(folder, "run")], { cwd: folder });
  summary = JSON.parse(ended.stdout);
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const calm = () => (summary.facts as readonly InstrumentFacts[])[0] as InstrumentFacts;

describe("docs/realism.md", () => {
  test("is what the calm day and the real figures give", async () => {
    expect(realismDocument(summary, real), STALE).toBe(await readFile(join(CHECKOUT, "docs/realism.md"), "utf8"));
  });

  test.skipIf(!existsSync(SHARED))("has the figures of the real files (skipped without ../shared/data)", async () => {
    expect(await measureReal(SHARED), STALE).toEqual(real);
  });
});

describe("the calm day lies near real days", () => {
  test("tails, clusters and memory of its returns are within what real days have, a little more either way", () => {
    const days = real.returns.flatMap((market) => market.days).map(({ facts }) => facts);
    const within = (value: number | null | undefined, values: readonly (number | null | undefined)[], slack: number) => {
      const known = values.filter((one) => typeof one === "number");
      expect(known.length).toBe(days.length);
      expect(value).toBeGreaterThan(Math.min(...known) - slack);
      expect(value).toBeLessThan(Math.max(...known) + slack);
    };
    for (const name of ["index", "mark", "mid"] as const) {
      const facts = calm().returns[name];
      if (facts === null) throw new Error(`no returns of ${name}`);
      within(
        facts.volatility,
        days.map(({ volatility }) => volatility),
        0.05,
      );
      within(
        facts.excessKurtosis,
        days.map(({ excessKurtosis }) => excessKurtosis),
        0,
      );
      within(
        facts.beyondFourSigma,
        days.map(({ beyondFourSigma }) => beyondFourSigma),
        0,
      );
      within(
        facts.tailExponent.falls,
        days.map(({ tailExponent }) => tailExponent.falls),
        0,
      );
      within(
        facts.tailExponent.rises,
        days.map(({ tailExponent }) => tailExponent.rises),
        0,
      );
      for (const [place, { lag, returns, absolute }] of facts.autocorrelation.entries()) {
        within(
          absolute,
          days.map(({ autocorrelation }) => autocorrelation[place]?.absolute),
          0.05,
        );
        expect(Math.abs(returns as number), `${name}, ${lag} min`).toBeLessThan(0.13);
      }
      expect(facts.autocorrelation[0]?.absolute).toBeGreaterThan(0.1);
    }
  });

  test("its book has a real one's shape, if neither its size nor its spread", () => {
    const [five, ten] = calm().depth?.within ?? [];
    for (const side of ["bid", "ask"] as const) {
      const real5 = real.books.map(({ within }) => (within[0]?.[side] as number) / (within[2]?.[side] as number));
      const real10 = real.books.map(({ within }) => (within[1]?.[side] as number) / (within[2]?.[side] as number));
      for (const [part, parts] of [
        [five?.ofFurthest[side], real5],
        [ten?.ofFurthest[side], real10],
      ] as const) {
        expect(part).toBeGreaterThan(Math.min(...parts) - 0.05);
        expect(part).toBeLessThan(Math.max(...parts) + 0.05);
      }
    }
    expect(calm().spread?.median).toBeLessThan(0.0001);
  });

  test("funding lies within nine tenths of real payments, liquidations are some and small, the fund lives, nobody is deleveraged", () => {
    const [binance] = real.funding;
    expect(calm().funding?.payments).toBe(3);
    expect(calm().funding?.lowest).toBeGreaterThanOrEqual(binance?.rates.quantile5 as number);
    expect(calm().funding?.highest).toBeLessThanOrEqual(binance?.rates.quantile95 as number);
    const sizes = calm().liquidationSizes;
    expect(sizes?.count).toBeGreaterThan(100);
    expect(((sizes?.mean ?? 0) * (sizes?.count ?? 0)) / (calm().openInterest as number)).toBeLessThan(0.1);
    const means = real.days.map(({ meanSize }) => meanSize);
    expect(sizes?.mean).toBeGreaterThan(Math.min(...means));
    expect(sizes?.mean).toBeLessThan(1.5 * Math.max(...means));
    expect(summary.adl.events).toBe(0);
    expect(summary.conservation.violations).toBe(0);
  });
});
