/**
 * The link between agents and venue: commands travel for the agent's latency, messages
 * for its latency back, market data is as old as its delay (TIME-1).
 */
import type { Agent, Desk, MarketView, Message, OrderOptions } from "./agent.ts";
import { COMMAND, type CommandKind } from "./command.ts";
import { EVENT } from "./event-kinds.ts";
import type { Exchange } from "./exchange.ts";
import type { AgentStart } from "./input.ts";
import type { EventQueue } from "./kernel/event-queue.ts";
import { BUY, type Side } from "./market/order-book.ts";
import { Published, type PublishedState } from "./market/published.ts";
import { bitsOf, checkSide } from "./order-words.ts";
import { AgentError } from "./outcome.ts";
import { REFUSALS, type Refusal } from "./refusal.ts";
import { Transit, type TransitState } from "./transit.ts";

/** A command on its way: kind, account, order, side, price, lots, options. */
const COMMAND_WIDTH = 7;
/** A message on its way: kind, account, order, and two numbers of its own. */
const MESSAGE_WIDTH = 5;
const MESSAGE = { filled: 0, rejected: 1, done: 2, trimmed: 3, liquidated: 4, deleveraged: 5 } as const;
type MessageKind = (typeof MESSAGE)[keyof typeof MESSAGE];

const NOTHING_SEEN: MarketView = { timeUs: 0, indexTicks: 0, markTicks: 0, bidTicks: 0, askTicks: 0, lastTicks: 0 };

/** What is on its way, what was published, and what each agent remembers, as plain data (TIME-4). */
export interface AgentLinkState {
  readonly agents: readonly unknown[];
  readonly commands: TransitState;
  readonly messages: TransitState;
  readonly published: PublishedState;
}

export class AgentLink {
  readonly #queue: EventQueue;
  readonly #exchange: Exchange;
  readonly #starts: readonly AgentStart[];
  /** Account of the first agent; the others follow in order. */
  readonly #firstAccount: number;
  readonly #tradedExternally: (signedLots: number) => void;
  readonly #desks: Desk[];
  readonly #commands = new Transit(COMMAND_WIDTH);
  readonly #messages = new Transit(MESSAGE_WIDTH);
  readonly #published: Published;

  /** @param tradedExternally hears of trades on the external market: lots signed, bought positive */
  constructor(
    queue: EventQueue,
    exchange: Exchange,
    starts: readonly AgentStart[],
    firstAccount: number,
    tradedExternally: (signedLots: number) => void,
  ) {
    this.#tradedExternally = tradedExternally;
    this.#queue = queue;
    this.#exchange = exchange;
    this.#starts = starts;
    this.#firstAccount = firstAccount;
    this.#published = new Published(starts.reduce((most, { marketDataDelayUs }) => Math.max(most, marketDataDelayUs), 0));
    this.#desks = starts.map((_, index) => this.#desk(index));
  }

  /** Schedules the first wake of every agent, not before it can see the first mark. */
  start(): void {
    this.#starts.forEach((start, index) => {
      this.#scheduleWake(index, Math.max(start.firstWakeUs, start.latencyUs, start.marketDataDelayUs));
    });
  }

  /** Name of the agent that owns an account, or null. */
  nameOf(account: number): string | null {
    return this.#starts[account - this.#firstAccount]?.name ?? null;
  }

  /** Publishes the market as it is now: after every mark and command. */
  publish(indexTicks: number): void {
    if (this.#starts.length === 0) return;
    const { book, markTicks, timeUs } = this.#exchange;
    this.#published.note(timeUs, indexTicks, markTicks, book.bidTicks, book.askTicks, book.lastTicks);
  }

  wake(index: number): void {
    const { marketDataDelayUs } = this.#starts[index] as AgentStart;
    const market = this.#view(this.#queue.timeUs - marketDataDelayUs);
    this.#guard(index, (agent) => agent.wake(market, this.#desks[index] as Desk));
  }

  /** A command arrives at the venue; a refusal goes back, but for a cancel's: its order is gone, and the agent will hear why. */
  arrive(slot: number): void {
    const { rows } = this.#commands;
    const at = COMMAND_WIDTH * slot;
    const [kind, account, order, side] = [rows[at], rows[at + 1], rows[at + 2], rows[at + 3]] as [CommandKind, number, number, Side];
    const [priceTicks, lots, options] = [rows[at + 4], rows[at + 5], rows[at + 6]] as [number, number, number];
    this.#commands.take(slot);
    const refusal = this.#exchange.execute(kind, account, order, side, priceTicks, lots, options);
    if (refusal !== null && kind !== COMMAND.cancel) this.refused(account, order, refusal);
  }

  /** A message arrives at an agent. */
  deliver(slot: number): void {
    const account = this.#messages.rows[MESSAGE_WIDTH * slot + 1] as number;
    const message = this.#read(slot);
    this.#messages.take(slot);
    this.#guard(account - this.#firstAccount, (agent) => agent.receive(message));
  }

  filled(account: number, order: number, lots: number, priceTicks: number): void {
    this.#send(MESSAGE.filled, account, order, lots, priceTicks);
  }

  done(account: number, order: number): void {
    this.#send(MESSAGE.done, account, order, 0, 0);
  }

  trimmed(account: number, order: number, restLots: number): void {
    this.#send(MESSAGE.trimmed, account, order, restLots, 0);
  }

  refused(account: number, order: number, refusal: Refusal): void {
    this.#send(MESSAGE.rejected, account, order, REFUSALS.indexOf(refusal), 0);
  }

  liquidated(account: number): void {
    this.#send(MESSAGE.liquidated, account, 0, 0, 0);
  }

  deleveraged(account: number, lots: number, priceTicks: number): void {
    this.#send(MESSAGE.deleveraged, account, 0, lots, priceTicks);
  }

  /** @throws Error naming an agent that has no state to give */
  state(): AgentLinkState {
    const agents = this.#starts.map(({ name, agent }) => {
      if (agent.state === undefined || agent.restore === undefined)
        throw new Error(`Cannot take a snapshot: agent ${name} has no state and restore`);
      return agent.state();
    });
    return { agents, commands: this.#commands.state(), messages: this.#messages.state(), published: this.#published.state() };
  }

  /** Goes on from a state, with agents made anew. */
  restore(state: AgentLinkState): void {
    this.#starts.forEach(({ name, agent }, place) => {
      if (agent.restore === undefined) throw new Error(`Cannot go on from a snapshot: agent ${name} has no restore`);
      agent.restore(state.agents[place]);
    });
    this.#commands.restore(state.commands);
    this.#messages.restore(state.messages);
    this.#published.restore(state.published);
  }

  /** Sends a message to the owner of an account; holders have nobody to hear it. */
  #send(kind: MessageKind, account: number, order: number, first: number, second: number): void {
    const start = this.#starts[account - this.#firstAccount];
    if (start === undefined) return;
    const slot = this.#messages.put();
    const { rows } = this.#messages;
    const at = MESSAGE_WIDTH * slot;
    rows[at] = kind;
    rows[at + 1] = account;
    rows[at + 2] = order;
    rows[at + 3] = first;
    rows[at + 4] = second;
    this.#queue.schedule(this.#queue.timeUs + start.latencyBackUs, EVENT.message, slot);
  }

  #read(slot: number): Message {
    const { rows } = this.#messages;
    const at = MESSAGE_WIDTH * slot;
    const [order, first, second] = [rows[at + 2], rows[at + 3], rows[at + 4]] as [number, number, number];
    switch (rows[at]) {
      case MESSAGE.filled:
        return { kind: "filled", order, lots: first, priceTicks: second };
      case MESSAGE.rejected:
        return { kind: "rejected", order, code: REFUSALS[first] as Refusal };
      case MESSAGE.done:
        return { kind: "done", order };
      case MESSAGE.trimmed:
        return { kind: "trimmed", order, lots: first };
      case MESSAGE.liquidated:
        return { kind: "liquidated" };
      default:
        return { kind: "deleveraged", lots: first, priceTicks: second };
    }
  }

  #view(timeUs: number): MarketView {
    const at = this.#published.at(timeUs);
    if (at < 0) return NOTHING_SEEN;
    const { records } = this.#published;
    const [indexTicks, markTicks] = [records[at + 1], records[at + 2]] as [number, number];
    const [bidTicks, askTicks, lastTicks] = [records[at + 3], records[at + 4], records[at + 5]] as [number, number, number];
    return { timeUs, indexTicks, markTicks, bidTicks, askTicks, lastTicks };
  }

  #guard(index: number, act: (agent: Agent) => void): void {
    const start = this.#starts[index] as AgentStart;
    try {
      act(start.agent);
    } catch (error) {
      throw new AgentError(start.name, this.#queue.timeUs, error);
    }
  }

  #desk(index: number): Desk {
    const send = (kind: CommandKind, side: Side, priceTicks: number, lots: number, options?: OrderOptions) => {
      checkSide(side);
      const order = this.#exchange.newOrder();
      this.#post(index, kind, order, side, priceTicks, lots, options === undefined ? 0 : bitsOf(options));
      return order;
    };
    return {
      limit: (side, priceTicks, lots, options) => send(COMMAND.limit, side, priceTicks, lots, options),
      market: (side, lots, options) => send(COMMAND.market, side, 0, lots, options),
      stopMarket: (side, triggerTicks, lots, options) => send(COMMAND.stopMarket, side, triggerTicks, lots, options),
      takeProfit: (side, triggerTicks, lots, options) => send(COMMAND.takeProfit, side, triggerTicks, lots, options),
      amend: (order, priceTicks, lots) => this.#post(index, COMMAND.amend, order, 0, priceTicks, lots, 0),
      cancel: (order) => this.#post(index, COMMAND.cancel, order, 0, 0, 0, 0),
      tradeExternally: (side, lots) => {
        checkSide(side);
        if (!Number.isSafeInteger(lots) || lots <= 0) throw new RangeError(`Cannot trade ${lots} lots: not a whole number above 0`);
        this.#tradedExternally(side === BUY ? lots : -lots);
      },
      wakeIn: (delayUs) => this.#scheduleWake(index, Math.max(delayUs, (this.#starts[index] as AgentStart).latencyUs)),
    };
  }

  #post(index: number, kind: CommandKind, order: number, side: Side, priceTicks: number, lots: number, options: number): void {
    const { latencyUs } = this.#starts[index] as AgentStart;
    const slot = this.#commands.put();
    const { rows } = this.#commands;
    const at = COMMAND_WIDTH * slot;
    rows[at] = kind;
    rows[at + 1] = this.#firstAccount + index;
    rows[at + 2] = order;
    rows[at + 3] = side;
    rows[at + 4] = priceTicks;
    rows[at + 5] = lots;
    rows[at + 6] = options;
    this.#queue.schedule(this.#queue.timeUs + latencyUs, EVENT.command, slot);
  }

  #scheduleWake(index: number, delayUs: number): void {
    this.#queue.schedule(this.#queue.timeUs + delayUs, EVENT.wake, index);
  }
}
