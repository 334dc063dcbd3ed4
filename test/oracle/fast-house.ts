/** The fast clearing house behind the commands of `commands.ts`: names become numbers, text becomes ratios. */
import { CONTRACT, FUNDING, SPOT } from "../../sim/clearing/house/books.ts";
import { ClearingHouse as FastHouse, NO_ORDER } from "../../sim/clearing/house/clearing-house.ts";
import { NET, SHORT } from "../../sim/clearing/house/holdings.ts";
import { NO_LEG, type OrderLeg } from "../../sim/clearing/house/open-orders.ts";
import type { HouseInstrument } from "../../sim/clearing/house/setup.ts";
import { parseRatio, parseWhole, ratioOf } from "../../sim/venue/decimal.ts";
import type { Instrument } from "../../sim/venue/instrument.ts";
import type { TierTable } from "../../sim/venue/tiers.ts";
import type {
  Answer,
  ClearingHouse,
  Command,
  Leg,
  Party,
  PositionState,
  Scope,
  Setup,
  SetupInstrument,
  Standing,
  State,
  Wallet,
} from "./commands.ts";

const WALLETS = { funding: FUNDING, spot: SPOT, contract: CONTRACT } as const;
const WALLET_NAMES: readonly Wallet[] = ["funding", "spot", "contract"];

const legOf = (leg: Leg | null | undefined): OrderLeg => (leg === "long" ? NET : leg === "short" ? SHORT : NO_LEG);

function tiersOf(instrument: SetupInstrument, quantum: string): TierTable {
  const { kind, tiers, lotSize, multiplier, faceValue, tierScheme } = instrument;
  const unit = tiers[0]?.unit;
  const byValue = unit === (kind === "linear" ? "quote" : "base");
  const perLot = unit === "contracts" ? [lotSize] : [lotSize, multiplier, faceValue ?? "1"];
  return {
    scheme: tierScheme,
    boundBy: byValue ? "value" : "lots",
    tiers: tiers.map((tier) => {
      const bound = tier.upTo === null ? null : ratioOf([tier.upTo], byValue ? [quantum] : perLot, "upTo");
      if (bound !== null && bound.denominator !== 1) throw new Error(`a bound of ${tier.upTo} is not whole`);
      return {
        upTo: bound?.numerator ?? Number.MAX_SAFE_INTEGER,
        maintenanceMarginRate: parseRatio(tier.maintenanceMarginRate, "rate"),
        maxLeverageHundredths: parseWhole(tier.maxLeverage, "0.01", "maxLeverage"),
        deduction: tier.deduction === undefined ? null : ratioOf([tier.deduction], [quantum], "deduction"),
      };
    }),
  };
}

function instrumentOf(instrument: SetupInstrument, quantum: string): Instrument {
  const { symbol, kind, productLine, underlying, settle, tickSize, lotSize, multiplier, faceValue, fees } = instrument;
  const size = faceValue === undefined ? [lotSize, multiplier] : [lotSize, multiplier, faceValue];
  return {
    symbol,
    kind,
    productLine,
    expiryUs: productLine === "delivery" ? 1 : null,
    underlying,
    settleAsset: settle,
    tickSize,
    lotSize,
    multiplier,
    faceValue: faceValue ?? null,
    quantaPerTickLot: kind === "linear" ? ratioOf([tickSize, ...size], [quantum], "value") : ratioOf(size, [tickSize, quantum], "value"),
    tiers: tiersOf(instrument, quantum),
    fees: {
      maker: parseRatio(fees.maker, "maker"),
      taker: parseRatio(fees.taker, "taker"),
      liquidation: parseRatio(fees.liquidation, "liquidation"),
    },
  };
}

export class FastHouseDriver implements ClearingHouse {
  readonly setup: Setup;
  readonly pools: readonly string[];
  readonly fast: FastHouse;

  constructor(setup: Setup) {
    this.setup = setup;
    const poolOf = ({ productLine, underlying, settle }: SetupInstrument) => `${productLine}/${underlying}/${settle}`;
    this.pools = [...new Set(setup.instruments.map(poolOf))];
    const instruments = setup.instruments.map(
      (instrument): HouseInstrument => ({
        instrument: instrumentOf(instrument, setup.assets[this.#asset(instrument.settle)]?.quantum as string),
        asset: this.#asset(instrument.settle),
        pool: this.pools.indexOf(poolOf(instrument)),
        markTicks: instrument.markTicks,
        lastTicks: instrument.lastTicks,
      }),
    );
    const assets = setup.assets.map(({ symbol, quantum, collateral }) => ({
      symbol,
      haircuts: collateral.map(({ upTo, haircut }) => ({
        upTo: upTo === null ? Number.MAX_SAFE_INTEGER : parseWhole(upTo, quantum, "upTo"),
        haircut: parseRatio(haircut, "haircut"),
      })),
    }));
    const fraction = { part: { numerator: 1, denominator: 5 }, above: "100000", coolDownUs: 30_000_000 };
    const rules = { ...setup.rules, bankruptcyAt: "zero", partialLiquidation: "full", fraction } as const;
    const accounts = setup.accounts.map((mode) => (mode === "single-currency" ? "single" : "multi"));
    this.fast = new FastHouse(
      { rules, assets, instruments, poolCount: this.pools.length, accounts },
      setup.assets.map(({ index }, asset) => this.#price(asset, index)),
    );
  }

  #asset(symbol: string): number {
    return this.setup.assets.findIndex((asset) => asset.symbol === symbol);
  }

  #instrument(symbol: string): number {
    return this.setup.instruments.findIndex((instrument) => instrument.symbol === symbol);
  }

  /** Dollars of one quantum. */
  #price(asset: number, index: string) {
    return ratioOf([index, this.setup.assets[asset]?.quantum as string], [], "index");
  }

  apply(command: Command): Answer {
    const { fast } = this;
    switch (command.op) {
      case "mark":
        fast.setMark(this.#instrument(command.instrument), command.ticks);
        return null;
      case "last":
        fast.setLast(this.#instrument(command.instrument), command.ticks);
        return null;
      case "index":
        fast.setIndex(this.#asset(command.asset), this.#price(this.#asset(command.asset), command.price));
        return null;
      case "seed":
        fast.seedPool(this.#instrument(command.instrument), command.amount);
        return null;
      case "convert":
        fast.convert(command.account);
        return null;
      case "deposit":
        return fast.deposit(command.account, this.#asset(command.asset), WALLETS[command.wallet], command.amount);
      case "withdraw":
        return fast.withdraw(command.account, this.#asset(command.asset), WALLETS[command.wallet], command.amount);
      case "transfer":
        return fast.transfer(command.account, this.#asset(command.asset), WALLETS[command.from], WALLETS[command.to], command.amount);
      case "cancel":
        return fast.cancel(command.account, command.order);
      case "position-mode":
        return fast.setPositionMode(command.account, command.mode === "hedge");
      default:
        return this.#applyTo(this.#instrument(command.instrument), command);
    }
  }

  #applyTo(
    at: number,
    command: Extract<
      Command,
      { op: "place" | "trade" | "add-margin" | "remove-margin" | "leverage" | "margin-mode" | "funding" | "settle" }
    >,
  ): Answer {
    const { fast } = this;
    switch (command.op) {
      case "place": {
        const { account, order, side, leg, ticks, lots } = command;
        return fast.place(account, order, at, side === "buy" ? 1 : -1, legOf(leg), ticks, lots);
      }
      case "trade":
        return fast.trade(at, command.lots, command.ticks, partyOf(command.buyer), partyOf(command.seller));
      case "add-margin":
        return fast.addMargin(command.account, at, legOf(command.leg), command.amount);
      case "remove-margin":
        return fast.removeMargin(command.account, at, legOf(command.leg), command.amount);
      case "leverage":
        return fast.setLeverage(command.account, at, legOf(command.leg), command.leverageHundredths);
      case "margin-mode":
        return fast.setMarginMode(command.account, at, command.mode === "isolated");
      case "funding":
        return fast.fund(at, parseRatio(command.rate, "rate"));
      case "settle":
        return fast.settle(at, command.numerator, command.denominator);
    }
  }

  standing(scope: Scope): Standing {
    if (scope.kind === "isolated") {
      return this.fast.standingOfPosition(scope.account, this.#instrument(scope.instrument), legOf(scope.leg));
    }
    return this.fast.standingOfAccount(scope.account, scope.asset === null ? 0 : this.#asset(scope.asset));
  }

  available(account: number, asset: string | null): number {
    return this.fast.available(account, asset === null ? 0 : this.#asset(asset));
  }

  free(account: number, asset: string | null): number {
    return this.fast.free(account, asset === null ? 0 : this.#asset(asset));
  }

  state(): State {
    const { books } = this.fast;
    const numbers = this.setup.accounts.map((_, account) => account);
    const present = <T extends { amount: number }>(entries: T[]) => entries.filter(({ amount }) => amount !== 0);
    return {
      wallets: present(
        numbers.flatMap((account) =>
          this.setup.assets.flatMap(({ symbol }, asset) =>
            WALLET_NAMES.map((wallet) => ({
              account,
              asset: symbol,
              wallet,
              amount: books.cash[books.walletAt(account, asset, WALLETS[wallet])] as number,
            })),
          ),
        ),
      ),
      positions: numbers.flatMap((account) => this.#legs(account).map(({ position }) => position)).filter(({ lots }) => lots !== 0),
      orders: numbers.flatMap((account) => this.#orders(account)),
      frozen: numbers
        .flatMap((account) => this.#legs(account).map(({ frozen }) => frozen))
        .filter(({ amount, fees }) => amount !== 0 || fees !== 0),
      pools: present(this.pools.map((pool, index) => ({ pool, amount: books.pools[index] as number }))),
      house: present(this.setup.assets.map(({ symbol }, index) => ({ asset: symbol, amount: books.house[index] as number }))),
    };
  }

  #legs(account: number) {
    const { holdings, hedged } = this.fast.books;
    const legs: readonly (Leg | null)[] = hedged[account] === 1 ? ["long", "short"] : [null];
    return this.setup.instruments.flatMap(({ symbol }, instrument) =>
      legs.flatMap((leg) => {
        const row = holdings.find(account, instrument, leg === "short" ? SHORT : NET);
        if (row < 0) return [];
        const position: PositionState = {
          account,
          instrument: symbol,
          leg,
          lots: holdings.lots[row] as number,
          entryValue: holdings.entryValue[row] as number,
          margin: holdings.margin[row] as number,
        };
        const frozen = {
          account,
          instrument: symbol,
          leg,
          amount: holdings.frozen[row] as number,
          fees: holdings.frozenFees[row] as number,
        };
        return [{ position, frozen }];
      }),
    );
  }

  #orders(account: number) {
    const { orders } = this.fast.books;
    const found: { account: number; order: number; lots: number }[] = [];
    for (let row = orders.first[account] as number; row >= 0; row = orders.next[row] as number) {
      found.push({ account, order: orders.order[row] as number, lots: orders.lots[row] as number });
    }
    return found.sort((a, b) => a.order - b.order);
  }
}

function partyOf(party: Party) {
  return { account: party.account, order: party.order ?? NO_ORDER, leg: legOf(party.leg), liquidity: party.liquidity };
}
