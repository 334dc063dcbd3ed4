/**
 * Random simulations of several instruments in which holders and agents margin positions
 * together, some of them in hedge mode, under every rule that decides about it.
 */
import type { Agent, Desk, MarketView } from "../../../sim/agent.ts";
import type { AgentStart, CollateralInput, InstrumentInput, SimulationInput } from "../../../sim/input.ts";
import { createStream, type RandomState, type RandomStream } from "../../../sim/kernel/random.ts";
import { BUY, SELL } from "../../../sim/market/order-book.ts";
import type { MarginRules } from "../../../sim/venue/rules.ts";
import { randomSeveral } from "../random-several.ts";

/** Opens and closes either leg of a random instrument, changes its mind about orders and the margins of legs. */
class Hedger implements Agent {
  readonly #stream: RandomStream;
  readonly #instruments: number;
  #last: { readonly order: number; readonly instrument: number } | null = null;

  constructor(stream: RandomStream, instruments: number) {
    this.#stream = stream;
    this.#instruments = instruments;
  }

  wake(_: MarketView, desk: Desk): void {
    const instrument = this.#stream.below(this.#instruments);
    const { market, desk: there } = desk.on(instrument);
    const [side, leg] = [this.#stream.below(2) === 0 ? BUY : SELL, this.#stream.below(2) === 0 ? "long" : "short"] as const;
    const lots = 1 + this.#stream.below(30);
    const priceTicks = Math.max(1, Math.round(market.indexTicks * (0.985 + 0.03 * this.#stream.next())));
    const choice = this.#stream.below(9);
    if (choice === 8) there.adjustMargin((side === BUY ? 1 : -1) * 10 ** (3 + this.#stream.below(8)), leg);
    else if (choice < 3) there.market(side, lots, { leg });
    else if (choice < 6) this.#last = { order: there.limit(side, priceTicks, lots, { leg }), instrument };
    else if (choice === 6) there.stopMarket(side, priceTicks, lots, { leg });
    else if (this.#last !== null) {
      const { desk: where } = desk.on(this.#last.instrument);
      if (this.#stream.below(2) === 0) where.cancel(this.#last.order);
      else where.amend(this.#last.order, priceTicks, lots);
    }
    desk.wakeIn(200_000 + this.#stream.below(800_000));
  }

  receive(): void {}

  state(): unknown {
    return { stream: this.#stream.state(), last: this.#last };
  }

  restore(state: { readonly stream: RandomState; readonly last: { readonly order: number; readonly instrument: number } | null }): void {
    this.#stream.restore(state.stream);
    this.#last = state.last;
  }
}

export function randomCross(seed: number): SimulationInput {
  const stream = createStream(seed, "test/cross");
  const input = randomSeveral(seed);
  const pick = <const Things extends readonly unknown[]>(things: Things): Things[number] => things[stream.below(things.length)];
  const margin: MarginRules = {
    ...input.rules.margin,
    unrealizedProfitAsMargin: pick(["all", "own", "none"]),
    partialLiquidation: pick(["full", "full", "tier-step", "ladder", "fraction", "just-enough", "to-initial"]),
    ...pick([{}, { tiersIncludeOpenOrders: true }, { positionValueAt: "entry" } as const]),
  };
  // A holder's mode is mostly the same everywhere, and may differ (ACCT-3).
  const together = Uint8Array.from({ length: 1_000 }, () => (stream.below(10) < 7 ? 1 : 0));
  const instruments = input.instruments.map((own) => withModes(own, together, stream));
  const agents = input.agents.map((agent) => ({ ...agent, marginMode: pick(["cross", "cross", "isolated"]) }));
  const hedgers = Array.from(
    { length: 4 },
    (_, number): AgentStart => ({
      name: `hedger/${number}`,
      agent: new Hedger(createStream(seed, `test/hedger/${number}`), instruments.length),
      depositQuanta: 1_000_000_000 * (1 + stream.below(20)),
      leverageHundredths: 500 + stream.below(2_000),
      ...{ marginMode: pick(["cross", "isolated"]), positionMode: "hedge" },
      ...{ latencyUs: 1_000, latencyBackUs: 2_000, marketDataDelayUs: 3_000, firstWakeUs: 1_000_000 },
    }),
  );
  const all = [...agents, ...hedgers];
  if (stream.below(2) === 0) return { ...input, rules: { ...input.rules, margin }, instruments, agents: all };
  return {
    ...{ ...input, rules: { ...input.rules, margin }, instruments },
    collateral: randomCollateral(instruments, stream),
    agents: all.map((agent) => {
      if (stream.below(2) === 0) return agent;
      // A part of what it has is held in other assets.
      const quanta = Math.round((agent.depositQuanta * stream.next()) / 1_000);
      return { ...agent, collateral: [{ asset: 1 + stream.below(2), quanta: 1 + quanta }] };
    }),
  };
}

/** Two assets, one of them priced by the first contract, haircuts of up to three slices, held by half of the holders. */
function randomCollateral(instruments: readonly InstrumentInput[], stream: RandomStream): CollateralInput {
  const slices = (most: number) =>
    Array.from({ length: stream.below(4) }, (_, place, count = 3) => ({
      upTo: place === count ? Number.MAX_SAFE_INTEGER : Math.round((most * (place + 1)) / 4),
      haircut: { numerator: 5 * place + stream.below(10), denominator: 100 },
    }));
  const holders = new Set(instruments.flatMap(({ holders: { holder } }) => [...(holder as Int32Array)]));
  const { ticks } = (instruments[0] as InstrumentInput).index;
  // A quantum is worth about as many quanta of the settlement asset as a thousand.
  const perTick = { numerator: Math.max(1, Math.round(1e9 / (ticks[0] as number))), denominator: 100 };
  return {
    settlement: { price: { numerator: 10_000, denominator: 1 }, haircuts: slices(1e8) },
    assets: [
      { asset: { symbol: "BTC", quantum: "0.00001" }, haircuts: slices(1e5), price: { instrument: 0, perUnit: perTick } },
      {
        asset: { symbol: "USDC", quantum: "10" },
        haircuts: slices(1e5),
        price: { instrument: null, perUnit: { numerator: 9_999_001, denominator: 1 } },
      },
    ],
    holders: [...holders]
      .sort((a, b) => a - b)
      .flatMap((holder) => (stream.below(2) === 0 ? [] : [{ holder, asset: 1 + stream.below(2), quanta: 1 + stream.below(50_000) }])),
  };
}

/** Holders in cross margin and, of some longs and shorts each, one holder in hedge mode. */
function withModes(own: InstrumentInput, together: Uint8Array, stream: RandomStream): InstrumentInput {
  const { holders } = own;
  const holder = Int32Array.from(holders.holder as Int32Array);
  const isHedged = new Uint8Array(holders.count);
  const rows = [...holder.keys()];
  const sideOf = (sign: 1 | -1) => rows.filter((row) => Math.sign(holders.lots[row] as number) === sign);
  const [longs, shorts] = [sideOf(1), sideOf(-1)];
  // Numbers that no instrument gives anybody else: a holder hedges everywhere or nowhere.
  for (let pair = 0; pair < Math.min(6, longs.length, shorts.length); pair++) {
    for (const row of [longs[pair] as number, shorts[pair] as number]) {
      holder[row] = 400 + pair;
      isHedged[row] = 1;
    }
  }
  const isCross = Uint8Array.from(holder, (number) => (stream.below(10) === 0 ? stream.below(2) : (together[number] as number)));
  // Both legs of a contract are margined alike.
  for (let pair = 0; pair < 6; pair++) {
    const mode = stream.below(2);
    holder.forEach((number, row) => {
      if (number === 400 + pair) isCross[row] = mode;
    });
  }
  return { ...own, holders: { ...holders, holder, isCross, isHedged } };
}
