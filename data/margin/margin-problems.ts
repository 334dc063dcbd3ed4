/** What must hold between the fields of a question to the calculator that are right each for itself (UNIT-2, INST-6, ACCT-4). */
import { parseWhole } from "../../sim/venue/decimal.ts";
import { assetProblems, contractProblems, haircutProblems } from "../scenario/contract-problems.ts";
import type { Path } from "../scenario/path.ts";
import { oneOf, type Problem } from "../scenario/problem.ts";
import type { MarginDocument } from "./margin-schema.ts";

type Instrument = MarginDocument["instruments"][number];

/** All problems between the fields, in no particular order. */
export function marginProblems(document: MarginDocument): Problem[] {
  const { venue, instruments, account, assets } = document;
  const problems = haircutProblems(venue.collateral, ["venue", "collateral"]);
  instruments.forEach((instrument, index) => {
    const path = ["instruments", index];
    problems.push(...contractProblems(instrument, venue, path), ...assetProblems(instrument, assets, path));
    if (instruments.findIndex(({ symbol }) => symbol === instrument.symbol) < index)
      problems.push({ path: [...path, "symbol"], expected: "expected each symbol once" });
  });
  for (const [asset, balance] of Object.entries(account.balances)) {
    problems.push(...unitProblem(balance, assets[asset]?.quantum ?? "1", ["account", "balances", asset], "quanta"));
  }
  return [...problems, ...priceProblems(document), ...positionProblems(document), ...orderProblems(document)];
}

function priceProblems({ instruments, account, assets, marks, lastPrices, indexPrices }: MarginDocument): Problem[] {
  const problems: Problem[] = [];
  for (const [field, prices] of [["marks", marks] as const, ["lastPrices", lastPrices] as const]) {
    for (const [symbol, price] of Object.entries(prices)) {
      const instrument = instruments.find((one) => one.symbol === symbol);
      if (instrument === undefined) problems.push({ path: [field, symbol], expected: `expected no contract but ${listOf(instruments)}` });
      else problems.push(...unitProblem(price, instrument.tickSize, [field, symbol], "ticks"));
    }
  }
  for (const asset of Object.keys(indexPrices)) {
    if (assets[asset] === undefined)
      problems.push({ path: ["indexPrices", asset], expected: `expected no asset but ${oneOf(Object.keys(assets))}` });
  }
  if (account.mode === "single-currency") return problems;
  for (const asset of Object.keys(assets)) {
    if (indexPrices[asset] === undefined)
      problems.push({ path: ["indexPrices", asset], expected: "expected the asset's price in dollars, as text" });
  }
  return problems;
}

function positionProblems({ instruments, positions, account, assets, marks }: MarginDocument): Problem[] {
  return positions.flatMap((position, index) => {
    const path = ["positions", index];
    const instrument = instruments.find(({ symbol }) => symbol === position.instrument);
    if (instrument === undefined) return [unknown(instruments, path)];
    const problems = unitProblem(position.size, instrument.lotSize, [...path, "size"], "lots");
    const refuse = (field: string, expected: string) => problems.push({ path: [...path, field], expected: `expected ${expected}` });
    if (marks[position.instrument] === undefined)
      problems.push({ path: ["marks", position.instrument], expected: "expected the contract's mark price, as text" });
    if ((position.entryPrice === undefined) === (position.entryValue === undefined)) {
      if (position.entryPrice === undefined) refuse("entryPrice", "entryPrice or entryValue");
      else refuse("entryValue", "entryPrice or entryValue, not both");
    }
    const quantum = assets[instrument.settle]?.quantum ?? "1";
    if (position.entryValue !== undefined) problems.push(...unitProblem(position.entryValue, quantum, [...path, "entryValue"], "quanta"));
    if (position.margin !== undefined) {
      if (position.marginMode === "cross" && Number(position.margin) !== 0) refuse("margin", "no margin on a cross position");
      problems.push(...unitProblem(position.margin, quantum, [...path, "margin"], "quanta"));
    }
    problems.push(...leverageProblem(position.leverage, [...path, "leverage"]));
    const others = positions.slice(0, index).filter((other) => other.instrument === position.instrument);
    if (account.positionMode === "one-way" && others.length > 0) refuse("instrument", "one position a contract in one-way mode");
    else if (others.some(({ side }) => side === position.side)) refuse("side", "one position a contract and side");
    else if (others.some(({ marginMode }) => marginMode !== position.marginMode)) refuse("marginMode", "one margin mode a contract");
    return problems;
  });
}

function orderProblems({ instruments, positions, orders, account, marks }: MarginDocument): Problem[] {
  return orders.flatMap((order, index) => {
    const path = ["orders", index];
    const instrument = instruments.find(({ symbol }) => symbol === order.instrument);
    if (instrument === undefined) return [unknown(instruments, path)];
    const problems = [
      ...unitProblem(order.size, instrument.lotSize, [...path, "size"], "lots"),
      ...unitProblem(order.price, instrument.tickSize, [...path, "price"], "ticks"),
      ...leverageProblem(order.leverage, [...path, "leverage"]),
    ];
    if (marks[order.instrument] === undefined)
      problems.push({ path: ["marks", order.instrument], expected: "expected the contract's mark price, as text" });
    if (account.positionMode === "one-way" && order.positionSide !== undefined)
      problems.push({ path: [...path, "positionSide"], expected: "expected none in one-way mode" });
    const modes = [...positions, ...orders.slice(0, index)].filter((other) => other.instrument === order.instrument);
    if (order.marginMode !== undefined && modes.some(({ marginMode }) => marginMode !== undefined && marginMode !== order.marginMode))
      problems.push({ path: [...path, "marginMode"], expected: "expected one margin mode a contract" });
    return problems;
  });
}

function unknown(instruments: readonly Instrument[], path: Path): Problem {
  return { path: [...path, "instrument"], expected: `expected ${oneOf(instruments.map(({ symbol }) => symbol))}` };
}

function listOf(instruments: readonly Instrument[]): string {
  return instruments.map(({ symbol }) => symbol).join(", ");
}

function unitProblem(value: string, unit: string, path: Path, units: string): Problem[] {
  return computes(() => parseWhole(value, unit, "")) ? [] : [{ path, expected: `expected whole ${units} of ${unit}, below 2^53 of them` }];
}

function leverageProblem(leverage: string | undefined, path: Path): Problem[] {
  if (leverage === undefined || (computes(() => parseWhole(leverage, "0.01", "")) && Number(leverage) >= 1)) return [];
  return [{ path, expected: "expected a leverage of at least 1 with at most two decimals" }];
}

function computes(compute: () => unknown): boolean {
  try {
    compute();
    return true;
  } catch {
    return false;
  }
}
