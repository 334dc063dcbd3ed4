/** Runs one history through the oracle and another clearing house and names the first difference. */
import { OracleHouse } from "./clearing-house.ts";
import type { Answer, ClearingHouse, Command, Leg, Scope, Setup, State } from "./commands.ts";
import { Historian, type Wish, type World } from "./histories.ts";
import { violations } from "./state.ts";

/** How often each command was done or refused, by code. */
export type Tally = Map<string, number>;

export class Difference extends Error {
  override readonly name = "Difference";
}

/** Every scope and every available amount of an account. */
function figuresOf(house: ClearingHouse, setup: Setup, account: number): unknown {
  const single = setup.accounts[account] === "single-currency";
  const assets = single ? setup.assets.map(({ symbol }) => symbol) : [null];
  const legs: readonly (Leg | undefined)[] = [undefined, "long", "short"];
  const positions = house.state().positions.filter((position) => position.account === account);
  const isolated = setup.instruments.flatMap(({ symbol }) =>
    legs
      .filter((leg) => positions.some((position) => position.instrument === symbol && (position.leg ?? undefined) === leg))
      .map((leg): Scope => ({ kind: "isolated", account, instrument: symbol, ...(leg === undefined ? {} : { leg }) })),
  );
  const cross = assets.map((asset): Scope => ({ kind: "cross", account, asset }));
  return {
    standings: [...cross, ...isolated].map((scope) => house.standing(scope)),
    available: assets.map((asset) => house.available(account, asset)),
    free: assets.map((asset) => house.free(account, asset)),
  };
}

/**
 * @param other makes the house to be compared
 * @throws Difference with the command and both sides
 */
export function compareHistory(world: World, wishes: readonly Wish[], other: (setup: Setup) => ClearingHouse, tally: Tally): void {
  const { setup } = world;
  const oracle = new OracleHouse(setup);
  const fast = other(setup);
  const historian = new Historian(world);
  const history: { command: Command; answer: Answer }[] = [];
  const step = (command: Command) => {
    const before = JSON.stringify(oracle.state());
    const answer = oracle.apply(command);
    history.push({ command, answer });
    const fail = (what: string, expected: unknown, got: unknown) => {
      const told = history.map((entry) => `${JSON.stringify(entry.command)} → ${entry.answer ?? "done"}`).join("\n");
      throw new Difference(`${what}\noracle ${JSON.stringify(expected)}\nfast   ${JSON.stringify(got)}\nbefore ${before}\n${told}`);
    };
    const same = (what: string, expected: unknown, got: unknown) => {
      if (JSON.stringify(expected) !== JSON.stringify(got)) fail(what, expected, got);
    };
    same("answer", answer, fast.apply(command));
    const state = oracle.state();
    if (answer !== null && JSON.stringify(state) !== before) fail("ORDER-4: a refusal changed something", before, state);
    const found = fast.state();
    for (const part of ["wallets", "positions", "orders", "frozen", "pools", "house"] as const) same(part, state[part], found[part]);
    const account =
      "account" in command ? command.account : "buyer" in command ? command.buyer.account : history.length % setup.accounts.length;
    same("figures", sortedKeys(figuresOf(oracle, setup, account)), sortedKeys(figuresOf(fast, setup, account)));
    const violated = violations(oracle);
    if (violated.length > 0) fail(violated.join("; "), null, null);
    if (answer === null) historian.done(command);
    const count = (key: string) => tally.set(key, (tally.get(key) ?? 0) + 1);
    count(`${command.op} ${answer ?? "done"}`);
    if (answer === null) for (const event of eventsOf(command, JSON.parse(before) as State, state)) count(event);
  };
  for (const command of historian.opening()) step(command);
  for (const wish of wishes) step(historian.command(wish, oracle.state()));
}

/** What of the rarer rules a command has touched. */
function eventsOf(command: Command, before: State, after: State): string[] {
  const events: string[] = [];
  const totalOf = (amounts: readonly { amount: number }[]) => amounts.reduce((total, { amount }) => total + amount, 0);
  if (command.op !== "seed" && totalOf(after.pools) < totalOf(before.pools)) events.push(`${command.op}: the pool paid`);
  if (command.op === "convert" && JSON.stringify(before.wallets) !== JSON.stringify(after.wallets)) events.push("convert: collateral sold");
  if (command.op !== "trade") return events;
  for (const position of after.positions.filter(({ instrument }) => instrument === command.instrument)) {
    const { account, leg, lots, margin } = position;
    const was = before.positions.find((one) => one.account === account && one.instrument === command.instrument && one.leg === leg);
    const kind = `${margin === 0 ? "cross" : "isolated"} ${leg === null ? "one-way" : "hedge"}`;
    if (was === undefined) events.push(`trade: ${kind} opened`);
    else if (Math.sign(was.lots) !== Math.sign(lots)) events.push(`trade: ${kind} flipped`);
    else if (Math.abs(lots) < Math.abs(was.lots)) events.push(`trade: ${kind} reduced`);
    else if (Math.abs(lots) > Math.abs(was.lots)) events.push(`trade: ${kind} extended`);
  }
  return events;
}

/** The same object with keys in order, so that texts can be compared. */
function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, sortedKeys(entry)]));
}
