/**
 * From which streams the shock of each contract draws (TIME-2). Every process has its own, so
 * that other parameters of one, or one more contract at the end, shift no draw of another:
 * `shock/index`, `shock/jumps`, `shock/variance` for the first contract, `shock/index/ETH-USDT` and so
 * on for the others. What contracts have in common is drawn from `shock/common/…`.
 */
import { normal } from "../../sim/kernel/distributions.ts";
import { createStream, type RandomStream } from "../../sim/kernel/random.ts";
import type { ResolvedScenario } from "../scenario/scenario-schema.ts";
import { correlatedSymbols } from "../scenario/shock-correlation.ts";
import { correlatedNormals } from "./correlated-normals.ts";
import type { NormalDraw } from "./grid.ts";

/** Default of the t copula, when a scenario names none. */
const DEGREES_OF_FREEDOM = 4;

/** What a process draws from beside its normal draws. */
export type ShockProcess = "jumps" | "variance" | "tail" | "blocks";

/** Where the shock of one contract draws from. */
export interface ShockDraws {
  /** One for each step, in order. */
  readonly normal: NormalDraw;
  readonly stream: (process: ShockProcess) => RandomStream;
  /** As `stream`, but the same for every contract that asks. */
  readonly common: (process: ShockProcess) => RandomStream;
}

/** The draws of each contract by symbol: those that hang together are all drawn here. */
export function shockDraws(scenario: ResolvedScenario, steps: number): (symbol: string) => ShockDraws {
  const { seed, instruments, shockCorrelation: correlation } = scenario;
  const first = instruments[0]?.symbol as string;
  const own = (kind: ShockProcess | "index", symbol: string) =>
    createStream(seed, symbol === first ? `shock/${kind}` : `shock/${kind}/${symbol}`);
  const common = (kind: ShockProcess | "copula") => createStream(seed, `shock/common/${kind}`);
  const symbols = correlation === null ? [] : correlatedSymbols(scenario);
  const drawn =
    correlation === null
      ? []
      : correlatedNormals(
          {
            matrix: correlation.matrix,
            degreesOfFreedom: correlation.copula === "t" ? (correlation.degreesOfFreedom ?? DEGREES_OF_FREEDOM) : null,
          },
          steps,
          symbols.map((symbol) => own("index", symbol)),
          common("copula"),
        );
  return (symbol) => {
    const row = drawn[symbols.indexOf(symbol)];
    const inCommon = correlation?.jumps === "common" && row !== undefined;
    return {
      normal: row === undefined ? fromStream(own("index", symbol)) : fromRow(row),
      stream: (kind) => (kind === "jumps" && inCommon ? common(kind) : own(kind, symbol)),
      common,
    };
  };
}

function fromStream(stream: RandomStream): NormalDraw {
  return () => normal(stream);
}

function fromRow(row: Float64Array): NormalDraw {
  let step = 0;
  return () => row[step++] as number;
}
