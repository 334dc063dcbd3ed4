/** Random questions to the margin calculator: accounts of few positions near their limits, by every rule. */
import fc from "fast-check";
import {
  bookedView,
  Calculator,
  type Document,
  type DocumentInstrument,
  type DocumentOrder,
  type DocumentPosition,
  type DocumentRules,
} from "./calculator.ts";
import type { TierText } from "./contract.ts";

const rules: fc.Arbitrary<Omit<DocumentRules, "collateral">> = fc.record({
  unrealizedProfitAsMargin: fc.constantFrom("none", "own", "all"),
  positionValueAt: fc.constantFrom("mark", "mark", "last", "entry"),
  tierScheme: fc.constantFrom("flat", "marginal"),
  tiersIncludeOpenOrders: fc.boolean(),
  closingFeeInPositionMargin: fc.constantFrom("once", "twice"),
  maintenanceIncludesClosingFee: fc.boolean(),
  closingFeeRate: fc.constantFrom("taker", "liquidation"),
  triggerAt: fc.constantFrom("at-or-below", "below"),
  bankruptcyAt: fc.constantFrom("closing-fee", "zero"),
  partialLiquidation: fc.constantFrom("full", "tier-step", "ladder", "fraction", "just-enough", "to-initial"),
});

interface TableTerms {
  readonly unit: TierText["unit"];
  readonly rates: number;
  readonly deductions: boolean;
  readonly last: boolean;
}

const table: fc.Arbitrary<TableTerms> = fc.record({
  unit: fc.constantFrom("quote", "base", "contracts"),
  rates: fc.nat(2),
  deductions: fc.boolean(),
  last: fc.boolean(),
});

const RATES = [
  ["0.004", "0.005", "0.01", "0.025"],
  ["0.005", "0.01", "0.05", "0.1"],
  ["0", "0.004", "0.02", "0.05"],
];
const LEVERAGES = ["100", "66.66", "50", "20"];

/** Four tiers with their edges where the positions are, with deductions that make a marginal table continuous. */
function tiersOf({ unit, rates, deductions, last }: TableTerms, bounds: readonly string[]): TierText[] {
  const own = RATES[rates] as string[];
  let deduction = 0;
  return own.map((maintenanceMarginRate, at) => {
    if (at > 0) deduction += Number(bounds[at - 1]) * (Number(maintenanceMarginRate) - Number(own[at - 1]));
    const upTo = at < own.length - 1 ? (bounds[at] as string) : last ? (bounds[at] as string) : null;
    const shown = deductions ? { deduction: deduction.toFixed(6).replace(/\.?0+$/, "") } : {};
    return { upTo, unit, maintenanceMarginRate, maxLeverage: LEVERAGES[at] as string, ...shown };
  });
}

const LINEAR_BOUNDS: Record<TierText["unit"], string[]> = {
  contracts: ["10", "25", "45", "100"],
  base: ["1", "2.5", "4.5", "10"],
  quote: ["100", "250", "450.5", "1000"],
};
const INVERSE_BOUNDS: Record<TierText["unit"], string[]> = {
  contracts: ["10", "25", "45", "100"],
  quote: ["100", "250", "450", "1000"],
  base: ["1", "2.5", "4.5055", "10"],
};
const FEES = [
  { maker: "0.0002", taker: "0.0005", liquidation: "0.0125" },
  { maker: "-0.00025", taker: "0.00075", liquidation: "0.0005" },
  { maker: "0", taker: "0", liquidation: "0" },
];

function instrument(symbol: string, inverse: boolean, terms: TableTerms, fees: number): DocumentInstrument {
  return {
    symbol,
    kind: inverse ? "inverse" : "linear",
    productLine: "perpetual",
    base: symbol[0] as string,
    quote: inverse ? "USD" : "USDT",
    settle: inverse ? (symbol[0] as string) : "USDT",
    tickSize: "0.1",
    lotSize: inverse ? "1" : "0.5",
    multiplier: inverse ? "1" : "0.1",
    ...(inverse ? { faceValue: "10" } : {}),
    tiers: tiersOf(terms, (inverse ? INVERSE_BOUNDS : LINEAR_BOUNDS)[terms.unit]),
    fees: FEES[fees] as DocumentInstrument["fees"],
  };
}

/** What is held and ordered in one contract; amounts are parts, made whole by `documentOf`. */
interface Holding {
  readonly cross: boolean;
  readonly leverage: number;
  readonly legs: readonly { readonly lots: number; readonly entry: number; readonly margin: number }[];
  readonly long: boolean;
  readonly mark: number;
  readonly last: number;
  readonly orders: readonly { readonly buy: boolean; readonly lots: number; readonly price: number; readonly close: boolean }[];
}

const holding: fc.Arbitrary<Holding> = fc.record({
  cross: fc.boolean(),
  leverage: fc.constantFrom(1, 3, 10, 20, 50, 66.66, 100),
  legs: fc.array(
    fc.record({
      lots: fc.integer({ min: 1, max: 120 }),
      entry: fc.integer({ min: -150, max: 150 }),
      // Hundredths of the margin that leverage asks for.
      margin: fc.oneof(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 0, max: 2000 })),
    }),
    { maxLength: 2 },
  ),
  long: fc.boolean(),
  mark: fc.integer({ min: 700, max: 1300 }),
  last: fc.integer({ min: -20, max: 20 }),
  orders: fc.array(
    fc.record({ buy: fc.boolean(), lots: fc.integer({ min: 1, max: 60 }), price: fc.integer({ min: -60, max: 60 }), close: fc.boolean() }),
    { maxLength: 3 },
  ),
});

interface Drawn {
  readonly rules: Omit<DocumentRules, "collateral">;
  readonly hedge: boolean;
  readonly multi: boolean;
  readonly quantum: string;
  readonly tables: readonly TableTerms[];
  readonly fees: number;
  readonly holdings: readonly Holding[];
  readonly balances: readonly number[];
  /** Ten-thousandths of the positions' worth that equity is; null: anything. */
  readonly near: number | null;
  readonly haircuts: boolean;
}

export const documents: fc.Arbitrary<Document> = fc
  .record({
    rules,
    hedge: fc.boolean(),
    multi: fc.nat(3).map((draw) => draw === 0),
    quantum: fc.constantFrom("0.000001", "0.0001"),
    tables: fc.array(table, { minLength: 3, maxLength: 3 }),
    fees: fc.nat(2),
    holdings: fc.array(holding, { minLength: 1, maxLength: 3 }),
    balances: fc.array(fc.oneof(fc.integer({ min: 0, max: 30_000 }), fc.integer({ min: -2000, max: 300_000 })), {
      minLength: 2,
      maxLength: 2,
    }),
    near: fc.option(fc.integer({ min: 1, max: 1200 })),
    haircuts: fc.boolean(),
  })
  .map(documentOf);

const SYMBOLS = ["X-USDT", "X-USD", "Y-USDT"];

function documentOf(drawn: Drawn): Document {
  const instruments = SYMBOLS.map((symbol, at) => instrument(symbol, at === 1, drawn.tables[at] as TableTerms, (drawn.fees + at) % 3));
  const used = drawn.holdings.map((held, at) => ({ held, listed: instruments[at] as DocumentInstrument }));
  const collateral = {
    X: [
      { upTo: "1", haircut: "0.05" },
      { upTo: "5", haircut: "0.2" },
      { upTo: null, haircut: "0.5" },
    ],
    USDT: [{ upTo: null, haircut: "0.01" }],
  };
  return {
    venue: { ...drawn.rules, ...(drawn.haircuts ? { collateral } : {}) },
    instruments,
    account: {
      mode: drawn.multi ? "multi-currency" : "single-currency",
      positionMode: drawn.hedge ? "hedge" : "one-way",
      balances: balancesOf(drawn, used),
    },
    positions: used.flatMap(({ held, listed }) => positionsOf(drawn, held, listed)),
    orders: used.flatMap(({ held, listed }) => ordersOf(drawn, held, listed)),
    marks: Object.fromEntries(used.map(({ held, listed }) => [listed.symbol, tenths(held.mark)])),
    lastPrices: Object.fromEntries(used.map(({ held, listed }) => [listed.symbol, tenths(held.mark + held.last)])),
    indexPrices: drawn.multi ? { USDT: "0.9998", X: "100.25" } : {},
    assets: { USDT: { quantum: drawn.quantum }, X: { quantum: "0.000001" } },
  };
}

/** The document with margins and balances such that each ratio is 100 % to the quantum, where that takes no negative margin. */
export function atTheEdge(document: Document): Document {
  const oracle = new Calculator(document);
  const positions = document.positions.map((position, index) => {
    const held = oracle.held[index] as (typeof oracle.held)[number];
    if (held.cross) return position;
    const { equity, requirement } = oracle.isolated(bookedView(), held);
    const margin = held.margin.plus(requirement).minus(equity);
    return margin.lessThan(0) ? position : { ...position, margin: margin.times(held.instrument.contract.quantum).toFixed() };
  });
  if (document.account.mode === "multi-currency") return { ...document, positions };
  const balances = Object.entries(document.account.balances).map(([asset, balance]) => {
    const { quantum } = document.assets[asset] as { quantum: string };
    const { equity, requirement } = oracle.cross(bookedView(), asset);
    return [asset, requirement.minus(equity).times(quantum).plus(balance).toFixed()];
  });
  return { ...document, positions, account: { ...document.account, balances: Object.fromEntries(balances) } };
}

type Used = { readonly held: Holding; readonly listed: DocumentInstrument };

/** Balances as drawn, or such that what the cross positions have is a small part of what they are worth. */
function balancesOf(drawn: Drawn, used: readonly Used[]): Record<string, string> {
  const { near } = drawn;
  const [usdt, coin] = drawn.balances as [number, number];
  if (near === null) return { USDT: hundredths(usdt), X: hundredths(Math.round(coin / 100)) };
  const needed = (settle: string) =>
    used
      .filter(({ held, listed }) => held.cross && listed.settle === settle)
      .flatMap(({ held, listed }) => legsOf(drawn, held).map((leg, at) => worthOf(held, listed, leg, at)))
      .reduce((total, { worth, profit }) => total + (worth * near) / 10_000 - profit, 0);
  return { USDT: needed("USDT").toFixed(4), X: needed("X").toFixed(4) };
}

const legsOf = (drawn: Drawn, held: Holding): Holding["legs"] => (drawn.hedge ? held.legs : held.legs.slice(0, 1));

function worthOf(held: Holding, listed: DocumentInstrument, leg: Holding["legs"][number], at: number) {
  const inverse = listed.kind === "inverse";
  const side = (at === 0) === held.long ? 1 : -1;
  const entry = (held.mark + leg.entry + 0.37) / 10;
  const size = inverse ? leg.lots : leg.lots / 2;
  const valueAt = (price: number) => (inverse ? (size * 10) / price : size * 0.1 * price);
  const worth = valueAt(held.mark / 10);
  const gain = inverse ? valueAt(entry) - worth : worth - valueAt(entry);
  return { side, entry, size, worth, profit: side * gain };
}

const tenths = (count: number): string => (count / 10).toFixed(1);
const hundredths = (count: number): string => (count / 100).toFixed(2);

const leverageOf = ({ leverage }: Holding): string => String(leverage);

function positionsOf(drawn: Drawn, held: Holding, listed: DocumentInstrument): DocumentPosition[] {
  return legsOf(drawn, held).map((leg, at) => {
    const { side, entry, size, worth, profit } = worthOf(held, listed, leg, at);
    const margin =
      drawn.near === null ? (worth * leg.margin) / 100 / held.leverage : Math.max(0, (worth * (leg.margin % 1200)) / 10_000 - profit);
    return {
      instrument: listed.symbol,
      side: side === 1 ? "long" : "short",
      size: String(size),
      entryPrice: entry.toFixed(3),
      marginMode: held.cross ? "cross" : "isolated",
      ...(held.cross ? {} : { margin: margin.toFixed(4) }),
      leverage: leverageOf(held),
    };
  });
}

function ordersOf(drawn: Drawn, held: Holding, listed: DocumentInstrument): DocumentOrder[] {
  return held.orders.map(({ buy, lots, price, close }) => ({
    instrument: listed.symbol,
    side: buy ? "buy" : "sell",
    size: String(listed.kind === "inverse" ? lots : lots / 2),
    price: tenths(held.mark + price),
    ...(drawn.hedge ? { positionSide: buy !== close ? "long" : "short" } : {}),
    marginMode: held.cross ? "cross" : "isolated",
    leverage: leverageOf(held),
  }));
}
