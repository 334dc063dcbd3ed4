/** From a question in natural units to a portfolio in whole ones (UNIT-1, UNIT-2). */
import { initialMargin } from "../../sim/clearing/margin.ts";
import { exactValue } from "../../sim/clearing/portfolio/arithmetic.ts";
import {
  ACCOUNT_QUANTUM,
  type HaircutTier,
  type Market,
  type Portfolio,
  type PortfolioAsset,
  type PortfolioOrder,
  type PortfolioPosition,
  type Sign,
} from "../../sim/clearing/portfolio/portfolio.ts";
import { parseWhole } from "../../sim/venue/decimal.ts";
import { over, parseRational, type Rational, rationalOf, rounded, times, whole } from "../../sim/venue/rational.ts";
import type { MarginRules } from "../../sim/venue/rules.ts";
import { tierOf } from "../../sim/venue/tiers.ts";
import { type CompiledVenue, compileVenue } from "../scenario/compile.ts";
import type { MarginDocument } from "./margin-schema.ts";

/** The account of a question in whole units. */
export function compileMargin(document: MarginDocument): Portfolio {
  const compiled = compileVenue({ ...document, venue: { ...document.venue, instruments: document.instruments } });
  const assets = compiled.assets.map(({ symbol, quantum }) => assetOf(document, compiled, symbol, quantum));
  const markets = compiled.instruments.map((instrument): Market => {
    const { symbol, tickSize, settleAsset } = instrument;
    // A contract that nobody holds or orders needs no price.
    const mark = parseWhole(document.marks[symbol] ?? tickSize, tickSize, `marks.${symbol}`);
    const last = document.lastPrices[symbol];
    return {
      instrument,
      markTicks: mark,
      lastTicks: last === undefined ? mark : parseWhole(last, tickSize, `lastPrices.${symbol}`),
      asset: assets.findIndex((asset) => asset.symbol === settleAsset),
    };
  });
  const rules = compiled.rules.margin;
  const positions = document.positions.map((given, index) => positionOf(given, index, markets, assets, rules));
  return {
    rules,
    mode: document.account.mode,
    hedge: document.account.positionMode === "hedge",
    markets,
    assets,
    positions,
    orders: document.orders.map((_, index) => orderOf(document, index, markets, positions)),
  };
}

function assetOf(document: MarginDocument, compiled: CompiledVenue, symbol: string, quantum: string): PortfolioAsset {
  const price = document.indexPrices[symbol] ?? "0";
  const indexPrice = over(
    times(parseRational(price, `indexPrices.${symbol}`), parseRational(quantum, "quantum")),
    parseRational(ACCOUNT_QUANTUM, "quantum"),
  );
  const haircuts = (compiled.collateral.get(symbol) ?? []).map(
    ({ upTo, haircut }): HaircutTier => ({
      upTo: upTo === Number.MAX_SAFE_INTEGER ? null : upTo,
      haircut: rationalOf(haircut),
    }),
  );
  const balance = parseWhole(document.account.balances[symbol] ?? "0", quantum, `account.balances.${symbol}`);
  return { symbol, quantum, balance, indexPrice, haircuts };
}

function positionOf(
  given: MarginDocument["positions"][number],
  index: number,
  markets: readonly Market[],
  assets: readonly PortfolioAsset[],
  rules: MarginRules,
): PortfolioPosition {
  const where = `positions.${index}`;
  const market = markets.findIndex(({ instrument }) => instrument.symbol === given.instrument);
  const { instrument, asset } = markets[market] as Market;
  const { quantum } = assets[asset] as PortfolioAsset;
  const lots = parseWhole(given.size, instrument.lotSize, `${where}.size`);
  const entryValue =
    given.entryValue === undefined
      ? exactValue(instrument, ticksOf(given.entryPrice as string, instrument.tickSize, `${where}.entryPrice`), lots)
      : whole(parseWhole(given.entryValue, quantum, `${where}.entryValue`));
  const leverageHundredths = given.leverage === undefined ? null : parseWhole(given.leverage, "0.01", `${where}.leverage`);
  const isolated = given.marginMode === "isolated";
  let margin = 0;
  if (isolated && given.margin !== undefined) margin = parseWhole(given.margin, quantum, `${where}.margin`);
  else if (isolated) {
    const booked = Number(rounded(entryValue, "half-even"));
    margin = initialMargin(
      { instrument, rules },
      booked,
      leverageHundredths ?? tierOf(instrument.tiers, lots, booked).maxLeverageHundredths,
    );
  }
  return { market, side: given.side === "long" ? 1 : -1, lots, entryValue, isolated, margin, leverageHundredths };
}

function orderOf(
  document: MarginDocument,
  index: number,
  markets: readonly Market[],
  positions: readonly PortfolioPosition[],
): PortfolioOrder {
  const given = document.orders[index] as MarginDocument["orders"][number];
  const where = `orders.${index}`;
  const market = markets.findIndex(({ instrument }) => instrument.symbol === given.instrument);
  const { instrument } = markets[market] as Market;
  const side: Sign = given.side === "buy" ? 1 : -1;
  const chosen = given.positionSide === undefined ? side : given.positionSide === "long" ? 1 : -1;
  // Reduce-only without a leg can only be meant for the other one.
  const opens = given.reduceOnly && given.positionSide === undefined ? (-side as Sign) : chosen;
  const leg = document.account.positionMode === "hedge" ? opens : null;
  const held =
    positions.find((position) => position.market === market && (leg === null || position.side === leg)) ??
    positions.find((position) => position.market === market);
  const stated = document.orders.find((order) => order.instrument === given.instrument && order.marginMode !== undefined)?.marginMode;
  return {
    market,
    side,
    lots: parseWhole(given.size, instrument.lotSize, `${where}.size`),
    ticks: parseWhole(given.price, instrument.tickSize, `${where}.price`),
    leg,
    reduces: given.reduceOnly || (leg !== null && leg !== side),
    isolated: held?.isolated ?? (given.marginMode ?? stated) === "isolated",
    leverageHundredths:
      given.leverage === undefined ? (held?.leverageHundredths ?? null) : parseWhole(given.leverage, "0.01", `${where}.leverage`),
  };
}

function ticksOf(price: string, tickSize: string, where: string): Rational {
  return over(parseRational(price, where), parseRational(tickSize, where));
}
