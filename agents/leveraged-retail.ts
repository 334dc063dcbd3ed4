/** Leveraged retail: parameters and their sources; what it does is in `retail-trader.ts`. */
import { z } from "zod";
import { parseDuration, type Tier, weightedIndex } from "../sim/index.ts";
import type { AgentDefinition } from "./definition.ts";
import { common, duration, inHundredths, inQuanta, leverage, money, number, startOf, whole } from "./fields.ts";
import { RetailTrader } from "./retail-trader.ts";

const LEVERAGES = [
  { value: "3", weight: 15 },
  { value: "5", weight: 20 },
  { value: "10", weight: 30 },
  { value: "20", weight: 20 },
  { value: "50", weight: 10 },
  { value: "100", weight: 5 },
];

const weightError = { error: "expected a number of at least 0" };
const share = (initial: number) => number(initial, 0, 1);
const spreadOf = (initial: number) => number(initial, 0, 4);

const parameters = z.object({
  ...common({ deposit: "2000", leverage: "10", latency: "200ms" }),
  leverage: leverage().optional().describe("leverage setting of each of them; left out: drawn from `leverages`"),
  leverages: z
    .array(z.strictObject({ value: leverage(), weight: z.number(weightError).min(0, weightError) }))
    .min(1, { error: "expected at least one leverage" })
    .refine((entries) => entries.some(({ weight }) => weight > 0), { error: "expected a weight above 0" })
    .default(LEVERAGES)
    .describe("leverage settings and how frequent they are; each trader draws one, at most that of the first tier"),
  interval: duration("5s").describe("time between two looks at the market while it has a position"),
  entryInterval: duration("20m").describe("mean time from the end of a position to the next"),
  followShare: share(0.6).describe("probability that its side is that of the recent movement"),
  lookback: duration("10m").describe("half-life of the average that tells the recent movement"),
  longShare: share(0.6).describe("probability that its side is long otherwise"),
  stake: money("200").describe("median margin that it puts up for a position, settlement asset"),
  stakeSpread: spreadOf(1).describe("standard deviation of the logarithm of margins"),
  holding: duration("30m").describe("median time that it keeps a position"),
  holdingSpread: spreadOf(1.2).describe("standard deviation of the logarithm of times"),
  stopShare: share(0.4).describe("probability of a stop-loss order"),
  stopLoss: number(0.5, 0, 1).describe("loss at which it triggers, part of the margin put up"),
  takeProfitShare: share(0.4).describe("probability of a take-profit order"),
  takeProfit: number(1, 0, 100).describe("gain at which it triggers, part of the margin put up"),
  worry: share(0.6).describe("loss at which it adds margin, gives up or hopes on, part of its margin"),
  addShare: share(0.3).describe("probability that it adds margin then, each time anew"),
  addPart: number(0.5, 0, 10).describe("what it adds each time, part of the margin put up"),
  addsMost: whole(3, 0, 100).describe("how often it adds at most for a position"),
  giveUpShare: share(0.3).describe("probability that it closes when it adds no more; else it hopes on"),
  reopenShare: share(0.12).describe("probability that it opens again what a liquidation or auto-deleveraging has closed"),
  reopenDelay: duration("297s").describe("median time until then"),
  reopenDelaySpread: spreadOf(2).describe("standard deviation of the logarithm of that time"),
  reopenPart: share(0.65).describe("part of what auto-deleveraging has closed that it opens again; of a liquidated position all"),
  absence: duration("1d").describe("time that it stays away after a liquidation when it does not open again"),
});

/** What it puts up for one position at most, part of its deposit: fees are to be paid too. */
const STAKE_MOST = 0.9;

export const leveragedRetail: AgentDefinition<typeof parameters> = {
  kind: "leveraged-retail",
  summary:
    "Opens positions at Poisson times, on the side of the recent movement or on one of its own, with a leverage, a margin and for a time from distributions; some with stop-loss and take-profit orders, of which one cancels the other. When too much of its margin is lost it adds margin, gives up, or hopes on. Liquidated or deleveraged, some open again after a while.",
  source:
    "What it does after being closed: 19,351 accounts deleveraged on Hyperliquid on 10 October 2025 (pluriholonomic/autodeleveraging-analysis, `per_user_reaction_metrics.csv`, MIT). 12.3 % of them traded by themselves again, after a median of 297 s; 2.8 % of deleveragings were followed by a trade of one's own within 60 s and 5.6 % within 300 s, which undid 65 % of what was closed (3.65 % over all of them). That the liquidated do likewise, and all other defaults, are assumptions.",
  parameters,
  make(given, { instrument, asset, stream }) {
    const quanta = (field: "deposit" | "stake") => inQuanta(given[field], asset, `agents: leveraged-retail: ${field}`);
    const entry = weightedIndex(
      stream,
      given.leverages.map(({ weight }) => weight),
    );
    const asked = inHundredths(given.leverage ?? (given.leverages[entry] as { value: string }).value);
    const leverageHundredths = Math.min(asked, (instrument.tiers.tiers[0] as Tier).maxLeverageHundredths);
    const settings = {
      ...given,
      leverageHundredths,
      intervalUs: parseDuration(given.interval, "interval"),
      entryUs: parseDuration(given.entryInterval, "entryInterval"),
      lookbackUs: parseDuration(given.lookback, "lookback"),
      holdingUs: parseDuration(given.holding, "holding"),
      reopenDelayUs: parseDuration(given.reopenDelay, "reopenDelay"),
      absenceUs: parseDuration(given.absence, "absence"),
      stakeQuanta: quanta("stake"),
      stakeMostQuanta: Math.floor(STAKE_MOST * quanta("deposit")),
    };
    const firstWakeUs = Math.floor(settings.intervalUs * stream.next());
    return {
      agent: new RetailTrader(settings, instrument, stream),
      ...startOf("leveraged-retail", { ...given, leverage: "1" }, asset),
      leverageHundredths,
      firstWakeUs,
    };
  },
};
