/** Generated shocks: from the fields of a scenario to the path of a contract. */
import exp from "@stdlib/math-base-special-exp";
import { parseDuration } from "../../sim/kernel/time.ts";
import { parseWhole } from "../../sim/venue/decimal.ts";
import type { GeneratedShock } from "../scenario/shock-schema.ts";
import { bootstrapPath } from "./bootstrap.ts";
import { garchOfPeriod, garchPath } from "./garch.ts";
import { gbmPath } from "./gbm.ts";
import type { Grid, LogPath } from "./grid.ts";
import { hawkesPath } from "./hawkes.ts";
import { hestonPath } from "./heston.ts";
import { mertonPath } from "./merton.ts";
import { barsOf } from "./read-recorded.ts";
import type { ShockDraws } from "./shock-draws.ts";
import { waypointsPath } from "./waypoints.ts";

/** What a generated path needs beside its shock. */
export interface GenerateOptions extends Grid {
  readonly tickSize: string;
  /** Path of the shock in the scenario, for errors. */
  readonly where: string;
}

type Bootstrap = Extract<GeneratedShock, { readonly generate: "bootstrap" }>;

/**
 * The path in whole ticks, at least 1, at the start and after each step.
 * @throws InputError when the bars of a bootstrap cannot be used
 */
export async function generatedPath(shock: GeneratedShock, options: GenerateOptions, draws: ShockDraws): Promise<Float64Array> {
  const startTicks = parseWhole(shock.startPrice, options.tickSize, `${options.where}.startPrice`);
  if (shock.generate === "waypoints") {
    const { waypoints, interpolation, volatility } = shock;
    const { steps, intervalUs, where } = options;
    return waypointsPath(
      {
        startTicks,
        waypoints: waypoints.map(({ at, change }) => ({ atUs: parseDuration(at, `${where}.waypoints`), change })),
        interpolation,
        volatility,
        durationUs: steps * intervalUs,
        intervalUs,
      },
      draws.normal,
    );
  }
  const path = shock.generate === "bootstrap" ? await drawBlocks(shock, options, draws) : logPath(shock, options, draws);
  return path.map((moved) => Math.max(1, Math.round(startTicks * exp(moved))));
}

function logPath(
  shock: Exclude<GeneratedShock, { readonly generate: "waypoints" | "bootstrap" }>,
  grid: GenerateOptions,
  draws: ShockDraws,
): LogPath {
  switch (shock.generate) {
    case "gbm":
      return gbmPath(shock, grid, draws.normal);
    case "merton":
      return mertonPath(shock, grid, draws.normal, draws.stream("jumps"));
    case "heston":
      return hestonPath(shock, grid, draws.normal, draws.stream("variance"));
    case "garch": {
      const periodUs = parseDuration(shock.period, `${grid.where}.period`);
      return garchPath(garchOfPeriod(shock, periodUs, grid.intervalUs), grid, draws.normal, draws.stream("tail"));
    }
    case "hawkes": {
      const halfLifeUs = parseDuration(shock.jumps.halfLife, `${grid.where}.jumps.halfLife`);
      return hawkesPath({ ...shock, jumps: { ...shock.jumps, halfLifeUs } }, grid, draws.normal, draws.stream("jumps"));
    }
  }
}

/** That the block fits the bars was found when the scenario was checked. */
async function drawBlocks(shock: Bootstrap, grid: GenerateOptions, draws: ShockDraws): Promise<LogPath> {
  const bars = await barsOf(shock.bars, { symbol: shock.symbol });
  const barsPerBlock = parseDuration(shock.block, `${grid.where}.block`) / bars.intervalUs;
  const stream = shock.draws === "common" ? draws.common("blocks") : draws.stream("blocks");
  return bootstrapPath({ barsPerBlock, blocks: shock.blocks, scale: shock.scale }, bars, grid, stream);
}
