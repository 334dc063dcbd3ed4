/**
 * A trader of `leveraged-retail`: opens a position at Poisson times, with a leverage and for a time of its
 * own, some with stop-loss and take-profit orders. When the loss nears liquidation it adds
 * margin, gives up or hopes on; closed by the venue, some open again.
 */
import {
  type Agent,
  BUY,
  type Desk,
  type Instrument,
  type MarketView,
  type Message,
  type RandomState,
  type RandomStream,
  SELL,
} from "../sim/index.ts";
import { lotsFor } from "./fields.ts";
import { MovingAverage, type MovingAverageState } from "./moving-average.ts";
import { OpenOrders, type OpenOrdersState } from "./open-orders.ts";
import { OwnAccount, type OwnAccountState } from "./own-account.ts";
import { tradedTicks } from "./prices.ts";
import { drawPlan, type PlanSettings, type RetailPlan } from "./retail-plan.ts";

/** Times in microseconds, amounts in quanta. */
export interface RetailSettings extends PlanSettings {
  readonly intervalUs: number;
  readonly lookbackUs: number;
  readonly leverageHundredths: number;
  /** More than this it puts up at no time. */
  readonly stakeMostQuanta: number;
  /** Loss and gain at which its orders trigger, parts of the margin put up. */
  readonly stopLoss: number;
  readonly takeProfit: number;
  /** Loss at which it begins to fear liquidation, part of its margin. */
  readonly worry: number;
  /** What it adds each time, part of the margin put up. */
  readonly addPart: number;
  readonly reopenPart: number;
  readonly absenceUs: number;
}

/** Where it stands: plain data. */
interface Standing {
  readonly plan: RetailPlan;
  /** When it opens; `NOT_YET` before its first look. */
  readonly enterUs: number;
  /** Lots that it opens, signed; 0: by its plan. */
  readonly enterLots: number;
  /** Has opened, or tried to. */
  readonly isIn: boolean;
  readonly leaveUs: number;
  /** On its way out. */
  readonly isLeaving: boolean;
  readonly isProtected: boolean;
  readonly additions: number;
  readonly addedQuanta: number;
  /** Number of the last addition and its amount, in case it is refused. */
  readonly addition: readonly [order: number, quanta: number];
  /** Adds no more, and hopes on. */
  readonly isHoping: boolean;
  readonly wasLiquidated: boolean;
  /** What it will open again of what was closed, signed, and when; `NOT_YET` before it has thought of it. */
  readonly reopenLots: number;
  readonly reopenUs: number;
}

interface RetailState {
  readonly own: OwnAccountState;
  readonly guards: OpenOrdersState;
  readonly average: MovingAverageState;
  readonly stream: RandomState;
  readonly standing: Standing;
}

const NOT_YET = -1;
const NO_ORDER = 0;

export class RetailTrader implements Agent {
  readonly #settings: RetailSettings;
  readonly #instrument: Instrument;
  readonly #stream: RandomStream;
  readonly #own = new OwnAccount();
  /** Its stop-loss and take-profit orders. */
  readonly #guards = new OpenOrders();
  readonly #average: MovingAverage;
  #now: { -readonly [Name in keyof Standing]: Standing[Name] };

  constructor(settings: RetailSettings, instrument: Instrument, stream: RandomStream) {
    this.#settings = settings;
    this.#instrument = instrument;
    this.#stream = stream;
    this.#average = new MovingAverage(settings.lookbackUs);
    this.#now = out(drawPlan(settings, stream), NOT_YET, 0);
  }

  wake(market: MarketView, desk: Desk): void {
    const { intervalUs, lookbackUs } = this.#settings;
    const { timeUs } = market;
    const priceTicks = tradedTicks(market);
    if (priceTicks <= 0) {
      desk.wakeIn(intervalUs);
      return;
    }
    if (this.#now.enterUs === NOT_YET) this.#now.enterUs = timeUs + this.#now.plan.waitUs;
    const moved = priceTicks - (this.#average.mean || priceTicks);
    this.#average.see(priceTicks, timeUs);
    if (this.#own.orders.count === 0) {
      if (this.#own.position.lots !== 0) this.#hold(market, priceTicks, desk);
      else if (this.#now.isIn) this.#finish(timeUs, desk);
      else if (timeUs >= this.#now.enterUs) this.#enter(timeUs, priceTicks, moved, desk);
    }
    desk.wakeIn(this.#now.isIn ? intervalUs : Math.max(1, Math.min(lookbackUs, this.#now.enterUs - timeUs)));
  }

  receive(message: Message): void {
    const before = this.#own.position.lots;
    const changed = this.#own.receive(message);
    const isGuard = this.#guards.receive(message);
    const now = this.#now;
    // A guard that traded or could not: it wants out, whatever is left and by whatever price.
    if (isGuard && (message.kind === "filled" || message.kind === "rejected")) now.isLeaving = true;
    if (message.kind === "rejected" && message.order === now.addition[0]) {
      now.addedQuanta -= now.addition[1];
      now.additions = now.plan.additions;
    }
    const reopened = now.plan.reopens ? -changed : 0;
    if (message.kind === "liquidated" && before !== 0) {
      now.wasLiquidated = true;
      now.reopenLots = reopened;
    }
    if (message.kind === "deleveraged") now.reopenLots += Math.trunc(reopened * this.#settings.reopenPart);
    if ((message.kind === "deleveraged" || message.kind === "reduced") && before !== 0) now.addedQuanta *= 1 + changed / before;
  }

  state(): RetailState {
    return {
      own: this.#own.state(),
      guards: this.#guards.state(),
      average: this.#average.state(),
      stream: this.#stream.state(),
      standing: { ...this.#now },
    };
  }

  restore({ own, guards, average, stream, standing }: RetailState): void {
    this.#own.restore(own);
    this.#guards.restore(guards);
    this.#average.restore(average);
    this.#stream.restore(stream);
    this.#now = { ...standing };
  }

  #enter(timeUs: number, priceTicks: number, moved: number, desk: Desk): void {
    const { plan, enterLots } = this.#now;
    const { stakeMostQuanta, leverageHundredths } = this.#settings;
    this.#now.isIn = true;
    this.#now.leaveUs = timeUs + plan.holdingUs;
    const quanta = (Math.min(plan.stakeQuanta, stakeMostQuanta) * leverageHundredths) / 100;
    const isLong = plan.follows && moved !== 0 ? moved > 0 : plan.isLong;
    const lots = lotsFor(quanta, priceTicks, this.#instrument);
    const wanted = enterLots === 0 ? (isLong ? lots : -lots) : enterLots;
    this.#own.towards(wanted, Number.MAX_SAFE_INTEGER, desk);
  }

  /** The position is gone, or never came about: what next. */
  #finish(timeUs: number, desk: Desk): void {
    this.#guards.cancelAll(desk);
    const { plan: last, wasLiquidated, reopenLots } = this.#now;
    const plan = drawPlan(this.#settings, this.#stream);
    if (reopenLots !== 0) this.#now = out(plan, timeUs + last.reopenDelayUs, reopenLots);
    else this.#now = out(plan, timeUs + (wasLiquidated ? this.#settings.absenceUs : 0) + plan.waitUs, 0);
  }

  #hold(market: MarketView, priceTicks: number, desk: Desk): void {
    const now = this.#now;
    this.#worry(market.markTicks === 0 ? priceTicks : market.markTicks, desk);
    if (now.isLeaving || market.timeUs >= now.leaveUs) {
      now.isLeaving = true;
      now.reopenLots = 0;
      this.#guards.cancelAll(desk);
      this.#own.towards(0, Number.MAX_SAFE_INTEGER, desk);
      return;
    }
    if (now.reopenLots !== 0) this.#reopen(market.timeUs, desk);
    if (!now.isProtected && this.#own.orders.count === 0) this.#protect(desk);
  }

  /** Opens again a part of what auto-deleveraging has closed, after a delay. */
  #reopen(timeUs: number, desk: Desk): void {
    const now = this.#now;
    if (now.reopenUs === NOT_YET) now.reopenUs = timeUs + now.plan.reopenDelayUs;
    if (timeUs < now.reopenUs) return;
    this.#own.towards(this.#own.position.lots + now.reopenLots, Number.MAX_SAFE_INTEGER, desk);
    now.reopenLots = 0;
    now.reopenUs = NOT_YET;
    this.#guards.cancelAll(desk);
    now.isProtected = false;
  }

  /** Sends the stop-loss and take-profit orders that it has in mind. */
  #protect(desk: Desk): void {
    const { plan } = this.#now;
    const { stopLoss, takeProfit, leverageHundredths } = this.#settings;
    const { lots, entryTicks } = this.#own.position;
    const side = lots > 0 ? SELL : BUY;
    const size = Math.abs(lots);
    const options = { reduceOnly: true } as const;
    /** Price at a gain of a part of the margin: as far from the entry as that or further. */
    const at = (part: number) => {
      const exact = entryTicks * (1 + (lots > 0 ? part : -part) * (100 / leverageHundredths));
      return Math.max(1, (side === SELL) === part > 0 ? Math.ceil(exact) : Math.floor(exact));
    };
    this.#now.isProtected = true;
    if (plan.hasStop) this.#guards.note(desk.stopMarket(side, at(-stopLoss), size, options), side, at(-stopLoss), size);
    if (plan.hasTakeProfit) this.#guards.note(desk.takeProfit(side, at(takeProfit), size, options), side, at(takeProfit), size);
  }

  /** Adds margin, gives up or hopes on, when too much of the margin is lost. */
  #worry(markTicks: number, desk: Desk): void {
    const now = this.#now;
    const { leverageHundredths, worry, addPart } = this.#settings;
    const { position } = this.#own;
    if (now.isLeaving || now.isHoping) return;
    const { numerator, denominator } = this.#instrument.quantaPerTickLot;
    const entryQuanta = (Math.abs(position.lots) * position.entryTicks * numerator) / denominator;
    const putUp = (entryQuanta * 100) / leverageHundredths;
    const lost = -position.gainAt(markTicks) * entryQuanta;
    if (lost <= 0 || lost < worry * (putUp + now.addedQuanta)) return;
    const quanta = Math.floor(addPart * putUp);
    if (now.additions < now.plan.additions && quanta > 0) {
      now.addition = [desk.adjustMargin(quanta), quanta];
      now.additions += 1;
      now.addedQuanta += quanta;
    } else if (now.plan.givesUp) now.isLeaving = true;
    else now.isHoping = true;
  }
}

/** Without a position, until it opens one. */
function out(plan: RetailPlan, enterUs: number, enterLots: number): Standing {
  return {
    ...{ plan, enterUs, enterLots, isIn: false, leaveUs: 0, isLeaving: false, isProtected: false },
    ...{ additions: 0, addedQuanta: 0, addition: [NO_ORDER, 0], isHoping: false },
    ...{ wasLiquidated: false, reopenLots: 0, reopenUs: NOT_YET },
  };
}
