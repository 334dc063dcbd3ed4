/** Asks the calculator and the oracle the same question and names the differences. */
import { answerMargin } from "../../data/margin/margin-answer.ts";
import { resolveMargin } from "../../data/margin/read-margin.ts";
import type { JsonObject } from "../../data/scenario/path.ts";
import { registries } from "../../lab/registries.ts";
import { bookedView, Calculator, type Document } from "./calculator.ts";
import { type Exact, exact } from "./exact.ts";

/** Prices agree to this part of themselves (CONTRACT: to 12 significant digits). */
const NEAR = "1e-9";

/** @returns what differs, in words; empty when the answers agree */
export async function differences(document: Document): Promise<string[]> {
  const content = JSON.parse(JSON.stringify({ ...document, venue: { extends: "bitda", ...document.venue } })) as JsonObject;
  const resolved = await resolveMargin(
    { file: "account.json", place: "/account.json", content } as Parameters<typeof resolveMargin>[0],
    registries,
  );
  const answer = answerMargin(resolved);
  const oracle = new Calculator(document);
  const found: string[] = [];
  const differ = (what: string, expected: unknown, got: unknown) =>
    found.push(`${what}: oracle ${String(expected)}, calculator ${String(got)}`);
  const amount = (what: string, expected: Exact, got: string) => {
    if (!expected.equals(got)) differ(what, expected, got);
  };
  const price = (what: string, expected: Exact | null, got: string | null) => {
    if (expected === null || got === null) {
      if (expected !== got) differ(what, expected, got);
    } else if (expected.minus(got).abs().greaterThan(expected.times(NEAR))) differ(what, expected.toPrecision(14), got);
  };
  oracle.held.forEach((held, index) => {
    const own = oracle.position(index);
    const given = answer.positions[index] as (typeof answer.positions)[number];
    const at = (field: string) => `positions.${index}.${field}`;
    for (const field of ["value", "unrealizedProfit", "initialMargin", "maintenanceMargin", "closingFee", "requirement"] as const) {
      amount(at(field), own[field], given[field]);
    }
    if (own.tier !== given.tier) differ(at("tier"), own.tier, given.tier);
    const [ratio, givenRatio] = [own.marginRatio, given.marginRatio];
    if (ratio === null || givenRatio === null) {
      if (ratio !== givenRatio) differ(at("marginRatio"), ratio, givenRatio);
    } else if (ratio.minus(givenRatio).abs().greaterThan(ratio.abs().plus(1).times("1e-12"))) differ(at("marginRatio"), ratio, givenRatio);
    price(at("liquidationPrice"), own.liquidationPrice, given.liquidationPrice);
    price(at("bankruptcyPrice"), own.bankruptcyPrice, given.bankruptcyPrice);
    price(at("bankruptcyPriceTick"), own.bankruptcyPriceTick, given.bankruptcyPriceTick);
    const tick = oracle.liquidationTick(held);
    if (tick !== undefined) price(at("liquidationPriceTick"), tick, given.liquidationPriceTick);
    const judged = oracle.judge(oracle.inScopeOf(held));
    if (judged.status !== given.status) differ(at("status"), judged.status, given.status);
    else compareReductions(judged.reductions);
  });
  const assets = document.account.mode === "single-currency" ? Object.keys(document.assets) : [null];
  for (const asset of assets) {
    const { equity, requirement } = oracle.cross(bookedView(), asset);
    const quantum = asset === null ? "0.000001" : (document.assets[asset]?.quantum as string);
    const given = answer.account.scopes.find((scope) => scope.asset === (asset ?? "USD"));
    if (given === undefined) {
      differ(`scopes.${asset}`, "there", "not");
      continue;
    }
    amount(`scopes.${asset}.equity`, equity.times(quantum), given.equity);
    amount(`scopes.${asset}.requirement`, requirement.times(quantum), given.requirement);
  }
  return found;

  function compareReductions(reductions: readonly { position: number; lots: number }[]): void {
    for (const { position, lots } of reductions) {
      const { instrument, side } = document.positions[position] as Document["positions"][number];
      const { lotSize } = document.instruments.find(({ symbol }) => symbol === instrument) as Document["instruments"][number];
      const size = exact(lotSize).times(lots);
      const given = answer.account.reductions.find((one) => one.instrument === instrument && one.side === side);
      if (given === undefined || !size.equals(given.size)) differ(`reduction of ${instrument} ${side}`, size, given?.size ?? "none");
    }
  }
}
