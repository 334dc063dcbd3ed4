/** A small scenario and registries of their own, so that these tests do not move with the bundled ones. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { z } from "zod";
import type { JsonObject } from "../../../data/scenario/path.ts";
import type { ScenarioRegistries } from "../../../data/scenario/registries.ts";
import { InputError } from "../../../sim/kernel/input-error.ts";

export const registries: ScenarioRegistries = {
  agents: {
    "market-maker": z.object({ halfSpread: z.number().min(0).default(0.001) }),
    "noise-trader": z.object({ perMinute: z.number().positive() }),
  },
  population: z.object({ accounts: z.int().min(0).default(100) }),
  policies: ["profit-times-leverage", "pro-rata"],
};

/** A scenario of a minute, with its own venue. */
export function smallScenario(): JsonObject {
  return {
    name: "small",
    venue: smallVenue(),
    seed: 5,
    start: "2025-01-01T00:00:00Z",
    duration: "1m",
    instruments: ["X-USDT"],
    shock: {
      generate: "waypoints",
      startPrice: "100",
      waypoints: [
        { at: "20s", change: -0.1 },
        { at: "40s", change: 0.05 },
      ],
    },
    agents: [{ kind: "market-maker", count: 2 }],
    pools: { "perpetual/X/USDT": { seedCapital: "1000" } },
  };
}

/** A venue with one contract of two tiers. */
export function smallVenue(): JsonObject {
  return {
    name: "small-venue",
    instruments: [
      {
        symbol: "X-USDT",
        base: "X",
        quote: "USDT",
        settle: "USDT",
        tickSize: "0.5",
        lotSize: "0.01",
        tiers: [
          { upTo: "10", maintenanceMarginRate: "0.01", maxLeverage: "50" },
          { upTo: null, maintenanceMarginRate: "0.015", maxLeverage: "20" },
        ],
        fees: { maker: "-0.0001", taker: "0.0005", liquidation: "0.001" },
      },
    ],
    sources: { adl: { source: "a test", date: "2025-01-01" } },
  };
}

/** A folder for the files of one test file; `write` returns the path of what it wrote. */
export function useFolder(): { write: (name: string, content: unknown) => Promise<string>; path: (name: string) => string } {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "breakwater-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const path = (name: string) => join(folder, name);
  const write = async (name: string, content: unknown) => {
    await writeFile(path(name), typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content));
    return path(name);
  };
  return { write, path };
}

/** The line of the InputError that a promise ends in; anything else it ends in is thrown. */
export async function lineOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.message;
  }
  return "no error";
}
