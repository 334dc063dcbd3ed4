/**
 * The link between agents and venue: messages and commands travel for the agent's
 * latency, market data is seen one latency late (TIME-1).
 */
import type { Agent, Desk, MarketView, Message } from "./agent.ts";
import { EVENT } from "./event-kinds.ts";
import type { Exchange } from "./exchange.ts";
import type { AgentStart } from "./input.ts";
import type { EventQueue } from "./kernel/event-queue.ts";
import { BUY, type Side } from "./market/order-book.ts";

type Command =
  | {
      readonly kind: "limit";
      readonly account: number;
      readonly order: number;
      readonly side: Side;
      readonly priceTicks: number;
      readonly lots: number;
    }
  | { readonly kind: "market"; readonly account: number; readonly order: number; readonly side: Side; readonly lots: number }
  | { readonly kind: "cancel"; readonly account: number; readonly order: number };

interface Letter {
  readonly account: number;
  readonly message: Message;
}

/** Things on their way, addressed by a slot number that the event queue can carry. */
class InTransit<T> {
  readonly #slots: (T | undefined)[] = [];
  readonly #free: number[] = [];

  put(thing: T): number {
    const slot = this.#free.pop() ?? this.#slots.length;
    this.#slots[slot] = thing;
    return slot;
  }

  take(slot: number): T {
    const thing = this.#slots[slot] as T;
    this.#slots[slot] = undefined;
    this.#free.push(slot);
    return thing;
  }
}

const NOTHING_SEEN: MarketView = { timeUs: 0, indexTicks: 0, markTicks: 0, bidTicks: 0, askTicks: 0, lastTicks: 0 };

export class AgentLink {
  readonly #queue: EventQueue;
  readonly #exchange: Exchange;
  readonly #starts: readonly AgentStart[];
  /** Account of the first agent; the others follow in order. */
  readonly #firstAccount: number;
  readonly #tradedExternally: (signedLots: number) => void;
  readonly #views: MarketView[];
  readonly #desks: Desk[];
  readonly #commands = new InTransit<Command>();
  readonly #letters = new InTransit<Letter>();

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
    this.#views = starts.map(() => NOTHING_SEEN);
    this.#desks = starts.map((_, index) => this.#desk(index));
  }

  /** Schedules the first wake of every agent. */
  start(): void {
    this.#starts.forEach((start, index) => {
      this.#scheduleWake(index, Math.max(start.firstWakeUs, start.latencyUs));
    });
  }

  /** Name of the agent that owns an account, or null. */
  nameOf(account: number): string | null {
    return this.#starts[account - this.#firstAccount]?.name ?? null;
  }

  /** What an agent will see when it wakes one latency later. */
  observe(index: number, indexTicks: number): void {
    const { book, markTicks, timeUs } = this.#exchange;
    const { bidTicks, askTicks, lastTicks } = book;
    this.#views[index] = { timeUs, indexTicks, markTicks, bidTicks, askTicks, lastTicks };
  }

  wake(index: number): void {
    this.#guard(index, (agent) => agent.wake(this.#views[index] as MarketView, this.#desks[index] as Desk));
  }

  /** A command arrives at the venue; a refusal goes back. */
  arrive(slot: number): void {
    const command = this.#commands.take(slot);
    const { account, order } = command;
    const exchange = this.#exchange;
    const refusal =
      command.kind === "limit"
        ? exchange.limit(account, order, command.side, command.priceTicks, command.lots)
        : command.kind === "market"
          ? exchange.market(account, order, command.side, command.lots)
          : exchange.cancel(account, order);
    if (refusal !== null && command.kind !== "cancel") this.send(account, { kind: "rejected", order, code: refusal });
  }

  /** A message arrives at an agent. */
  deliver(slot: number): void {
    const { account, message } = this.#letters.take(slot);
    this.#guard(account - this.#firstAccount, (agent) => agent.receive(message));
  }

  /** Sends a message to the owner of an account; holders have nobody to hear it. */
  send(account: number, message: Message): void {
    const start = this.#starts[account - this.#firstAccount];
    if (start === undefined) return;
    this.#queue.schedule(this.#queue.timeUs + start.latencyUs, EVENT.message, this.#letters.put({ account, message }));
  }

  #guard(index: number, act: (agent: Agent) => void): void {
    const start = this.#starts[index] as AgentStart;
    try {
      act(start.agent);
    } catch (error) {
      throw new Error(`agent ${start.name} failed at ${this.#queue.timeUs} µs: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }

  #desk(index: number): Desk {
    const account = this.#firstAccount + index;
    return {
      limit: (side, priceTicks, lots) => {
        const order = this.#exchange.newOrder();
        this.#post(index, { kind: "limit", account, order, side, priceTicks, lots });
        return order;
      },
      market: (side, lots) => {
        const order = this.#exchange.newOrder();
        this.#post(index, { kind: "market", account, order, side, lots });
        return order;
      },
      cancel: (order) => this.#post(index, { kind: "cancel", account, order }),
      tradeExternally: (side, lots) => {
        if (!Number.isSafeInteger(lots) || lots <= 0) throw new RangeError(`Cannot trade ${lots} lots: not a whole number above 0`);
        this.#tradedExternally(side === BUY ? lots : -lots);
      },
      wakeIn: (delayUs) => this.#scheduleWake(index, Math.max(delayUs, (this.#starts[index] as AgentStart).latencyUs)),
    };
  }

  #post(index: number, command: Command): void {
    const { latencyUs } = this.#starts[index] as AgentStart;
    this.#queue.schedule(this.#queue.timeUs + latencyUs, EVENT.command, this.#commands.put(command));
  }

  #scheduleWake(index: number, delayUs: number): void {
    const at = this.#queue.timeUs + delayUs;
    this.#queue.schedule(at - (this.#starts[index] as AgentStart).latencyUs, EVENT.observe, index);
    this.#queue.schedule(at, EVENT.wake, index);
  }
}
