import { answerMargin, type MarginAnswer, type PositionAnswer } from "../../../data/margin/margin-answer.ts";
import type { MarginDocument } from "../../../data/margin/margin-schema.ts";
import { resolveMargin } from "../../../data/margin/read-margin.ts";
import { registries } from "../../../lab/registries.ts";

/** A JSON object. */
export type Fields = Record<string, unknown>;

/** A venue's rules in which nothing but maintenance margin counts. */
export const BARE_RULES = {
  unrealizedProfitAsMargin: "all",
  maintenanceIncludesClosingFee: false,
  triggerAt: "at-or-below",
  bankruptcyAt: "zero",
  tierScheme: "flat",
  fees: { maker: "0", taker: "0", liquidation: "0" },
};

/** One tier without bound. */
export function tier(rate: string, more: Fields = {}): Fields {
  return { upTo: null, unit: "quote", maintenanceMarginRate: rate, initialMarginRate: "1", ...more };
}

/** A linear perpetual X-USDT whose contract is one X; an inverse one is worth a dollar, X-USD. */
export function contract(more: Fields = {}): Fields {
  const inverse = more["kind"] === "inverse";
  return {
    symbol: inverse ? "X-USD" : "X-USDT",
    kind: "linear",
    productLine: "perpetual",
    base: "X",
    quote: inverse ? "USD" : "USDT",
    settle: inverse ? "X" : "USDT",
    tickSize: "0.01",
    lotSize: "0.001",
    multiplier: "1",
    ...(inverse ? { faceValue: "1" } : {}),
    tiers: [tier("0.01")],
    ...more,
  };
}

/** What a question has besides; a contract's mark stands for all contracts that have none in `marks`. */
export interface Question {
  readonly venue?: string | Fields;
  readonly instruments?: readonly (string | Fields)[];
  readonly account?: Fields;
  readonly positions?: readonly Fields[];
  readonly [field: string]: unknown;
}

/** The document of a question: bare rules and one contract unless told. */
export async function documentOf(question: Question): Promise<MarginDocument> {
  const { venue = {}, account = {}, instruments = [contract()], positions = [], ...rest } = question;
  const only = instruments[0] as Fields | undefined;
  const content = {
    venue: typeof venue === "object" && venue["extends"] === undefined ? { ...BARE_RULES, ...venue } : venue,
    instruments,
    account: { mode: "single-currency", positionMode: "one-way", ...account },
    positions: positions.map((position) => ({ instrument: only?.["symbol"], side: "long", size: "1", ...position })),
    ...rest,
  };
  return resolveMargin({ file: "question.json", place: "/question.json", content }, registries);
}

/** The answer to a question. */
export async function ask(question: Question): Promise<MarginAnswer> {
  return answerMargin(await documentOf(question));
}

/** The first position of the answer. */
export async function askPosition(question: Question): Promise<PositionAnswer> {
  return (await ask(question)).positions[0] as PositionAnswer;
}
