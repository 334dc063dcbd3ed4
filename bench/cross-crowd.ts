/** A crowd of cross accounts for `watch-cross`: ten positions each of fifty contracts, and the ways their marks go. */
import { type CrossPosition, CrossScopes } from "../sim/clearing/cross/scopes.ts";
import type { CrossPrices, CrossTerms } from "../sim/clearing/cross/terms.ts";
import { createStream } from "../sim/kernel/random.ts";
import { type Instrument, valueOf } from "../sim/venue/instrument.ts";
import type { TierTable } from "../sim/venue/tiers.ts";
import { TERMS } from "./contract.ts";

export const MARKETS = 50;
export const POSITIONS = 10;
/** Marks start from here to twice that: a tick is some ten-millionth, as 0.01 is of 100,000. */
const START_TICKS = 10_000_000;
/** Value of a position, quanta: a millionth of a dollar each, up to 100,000 dollars. */
const VALUE_MOST = 1e11;
/** Value of all positions over cash. */
const LEVERAGES = [2, 5, 10, 20, 50];
const LONG_SHARE = 0.65;

const rate = (numerator: number) => ({ numerator, denominator: 1_000 });

/** Tiers by value, flat or marginal, such that positions are spread over them. */
function tiersByValue(scheme: TierTable["scheme"]): TierTable {
  const tier = (upTo: number, thousandths: number) => ({
    upTo,
    maintenanceMarginRate: rate(thousandths),
    maxLeverageHundredths: 2_000,
    deduction: null,
  });
  return { scheme, boundBy: "value", tiers: [tier(2e10, 4), tier(6e10, 7), tier(Number.MAX_SAFE_INTEGER, 12)] };
}

const TABLES: readonly TierTable[] = [TERMS.instrument.tiers, tiersByValue("flat"), tiersByValue("marginal")];

function instrument(market: number): Instrument {
  const tiers = TABLES[market % TABLES.length] as TierTable;
  return { ...TERMS.instrument, symbol: `C${market}`, tiers, quantaPerTickLot: { numerator: 1, denominator: 1 } };
}

/** The contracts of the crowd, all of one asset, by the rules of the benchmarks. */
export const CROSS_TERMS: CrossTerms = {
  rules: TERMS.rules,
  markets: Array.from({ length: MARKETS }, (_, market) => ({ instrument: instrument(market), asset: 0 })),
  assets: [{ haircuts: [] }],
};

/** Marks from which everything starts. */
export function startTicks(): Float64Array {
  const stream = createStream(1, "bench/watch-cross/marks");
  return Float64Array.from({ length: MARKETS }, () => START_TICKS + stream.below(START_TICKS));
}

/** Prices of given marks. */
export function pricesAt(markTicks: Float64Array): CrossPrices {
  return { markTicks, lastTicks: markTicks, indexPrices: [{ numerator: 1, denominator: 1 }] };
}

/** Accounts as a venue may have them: more long than short, entered near the marks, at some leverage. */
export function crowd(accounts: number, marks: Float64Array): CrossScopes {
  const stream = createStream(1, "bench/watch-cross/accounts");
  const scopes = new CrossScopes(accounts, 1, accounts * POSITIONS);
  const markets = Int32Array.from({ length: MARKETS }, (_, market) => market);
  for (let account = 0; account < accounts; account++) {
    const positions: CrossPosition[] = [];
    let value = 0;
    for (let place = 0; place < POSITIONS; place++) {
      const other = place + stream.below(MARKETS - place);
      const market = markets[other] as number;
      markets[other] = markets[place] as number;
      markets[place] = market;
      const ticks = marks[market] as number;
      const size = 1 + stream.below(Math.floor((VALUE_MOST * stream.next()) / ticks) + 1);
      const lots = stream.next() < LONG_SHARE ? size : -size;
      const { instrument: contract } = CROSS_TERMS.markets[market] as CrossTerms["markets"][number];
      const entryValue = valueOf(contract, Math.round(ticks * (0.99 + 0.02 * stream.next())), lots);
      value += entryValue;
      positions.push({ market, lots, entryValue, judgedLots: size });
    }
    scopes.setPositions(account, positions);
    scopes.cash[account] = Math.floor(value / (LEVERAGES[stream.below(LEVERAGES.length)] as number));
  }
  return scopes;
}

/**
 * A crash: every mark falls by `crash` in as many ticks, and walks about by itself.
 * @param own how far it may walk in a tick, either way, as a part of what it falls in one
 * @param apart by how much of the fall that of one mark may differ from another's, either way
 */
export function crashPath(marks: Float64Array, ticks: number, crash: number, own: number, apart: number): CrossPrices[] {
  const stream = createStream(1, "bench/watch-cross/crash");
  const parts = Float64Array.from(marks, () => crash * (1 + apart * (2 * stream.next() - 1)));
  const noise = new Float64Array(marks.length);
  return Array.from({ length: ticks }, (_, tick) =>
    pricesAt(
      marks.map((start, market) => {
        noise[market] = (noise[market] as number) + ((own * crash) / ticks) * (2 * stream.next() - 1);
        const part = ((parts[market] as number) * (tick + 1)) / ticks;
        return Math.round(start * Math.max(0.01, 1 - part + (noise[market] as number)));
      }),
    ),
  );
}

/** One of many walks of all marks there and back, about a hundred-thousandth a tick, together and each by itself. */
export function wanderPath(marks: Float64Array, ticks: number, number: number): CrossPrices[] {
  const stream = createStream(1, `bench/watch-cross/wander ${number}`);
  const now = Float64Array.from(marks);
  const there = Array.from({ length: ticks }, () => {
    const common = 2e-5 * (stream.next() - 0.5);
    for (let market = 0; market < now.length; market++) {
      now[market] = Math.round((now[market] as number) * (1 + common + 2e-5 * (stream.next() - 0.5)));
    }
    return pricesAt(Float64Array.from(now));
  });
  return [...there, ...[...there].reverse()];
}
