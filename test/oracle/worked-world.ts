/** A small world for cases worked by hand: one quantum is one dollar or a ten-thousandth of a coin, one tick a dollar, one lot a contract. */
import { OracleHouse } from "./clearing-house.ts";
import type { AccountMode, ClearingHouse, Command, Rules, Setup, SetupInstrument } from "./commands.ts";
import { FastHouseDriver } from "./fast-house.ts";

export const RULES: Rules = {
  walletModel: "separate",
  marginModeChange: "instrument",
  unrealizedProfitAsMargin: "all",
  positionValueAt: "mark",
  tiersIncludeOpenOrders: false,
  closingFeeInPositionMargin: "once",
  maintenanceIncludesClosingFee: true,
  closingFeeRate: "taker",
  triggerAt: "at-or-below",
};

const LINEAR: SetupInstrument = {
  symbol: "X-USDT",
  kind: "linear",
  productLine: "perpetual",
  underlying: "X",
  settle: "USDT",
  tickSize: "1",
  lotSize: "1",
  multiplier: "1",
  tierScheme: "flat",
  tiers: [
    { upTo: "10", unit: "contracts", maintenanceMarginRate: "0.01", maxLeverage: "100" },
    { upTo: "50", unit: "contracts", maintenanceMarginRate: "0.02", maxLeverage: "20" },
    { upTo: null, unit: "contracts", maintenanceMarginRate: "0.05", maxLeverage: "5" },
  ],
  fees: { maker: "-0.00025", taker: "0.001", liquidation: "0.01" },
  markTicks: 100,
  lastTicks: 100,
};

/** V = 100 × lots ÷ price in coins: at a price of 50 one lot is 2 coins, 20,000 quanta. */
const INVERSE: SetupInstrument = {
  ...LINEAR,
  symbol: "X-USD",
  kind: "inverse",
  settle: "X",
  faceValue: "100",
  markTicks: 50,
  lastTicks: 50,
};

export interface WorldOptions {
  readonly rules?: Partial<Rules>;
  readonly linear?: Partial<SetupInstrument>;
  readonly accounts?: readonly AccountMode[];
}

export function setupOf({
  rules = {},
  linear = {},
  accounts = ["single-currency", "single-currency", "single-currency"],
}: WorldOptions = {}): Setup {
  const first = { ...LINEAR, ...linear };
  return {
    rules: { ...RULES, ...rules },
    assets: [
      { symbol: "USDT", quantum: "1", index: "1", collateral: [] },
      {
        symbol: "X",
        quantum: "0.0001",
        index: "50",
        collateral: [
          { upTo: "10", haircut: "0.1" },
          { upTo: null, haircut: "0.5" },
        ],
      },
    ],
    instruments: [
      first,
      INVERSE,
      { ...first, symbol: "Y-USDT", underlying: "Y" },
      { ...first, symbol: "X-USDT-D", productLine: "delivery", markTicks: 300, lastTicks: 300 },
    ],
    accounts,
  };
}

/** Both clearing houses, by name. */
export const HOUSES: readonly (readonly [string, (setup: Setup) => ClearingHouse])[] = [
  ["the oracle", (setup) => new OracleHouse(setup)],
  ["the clearing house", (setup) => new FastHouseDriver(setup)],
];

/** Does commands that must all be done. */
export function done(house: ClearingHouse, ...commands: Command[]): void {
  for (const command of commands) {
    const answer = house.apply(command);
    if (answer !== null) throw new Error(`${JSON.stringify(command)} was refused: ${answer}`);
  }
}

export const deposit = (account: number, amount: number, asset = "USDT"): Command => ({
  op: "deposit",
  account,
  asset,
  wallet: "contract",
  amount,
});
export const mark = (instrument: string, ticks: number): Command => ({ op: "mark", instrument, ticks });

/** A trade without orders, both as takers. */
export function trade(buyer: number, seller: number, lots: number, ticks: number, instrument = "X-USDT"): Command {
  const party = (account: number) => ({ account, liquidity: "taker" as const });
  return { op: "trade", instrument, lots, ticks, buyer: party(buyer), seller: party(seller) };
}

/** Cash of a contract wallet. */
export function cash(house: ClearingHouse, account: number, asset = "USDT"): number {
  const found = house.state().wallets.find((entry) => entry.account === account && entry.asset === asset && entry.wallet === "contract");
  return found?.amount ?? 0;
}

/** Lots, entry value and margin of a position; null: none. */
export function position(
  house: ClearingHouse,
  account: number,
  instrument = "X-USDT",
  leg: "long" | "short" | null = null,
): number[] | null {
  const found = house.state().positions.find((one) => one.account === account && one.instrument === instrument && one.leg === leg);
  return found === undefined ? null : [found.lots, found.entryValue, found.margin];
}

export function frozen(house: ClearingHouse, account: number): number {
  return house
    .state()
    .frozen.filter((entry) => entry.account === account)
    .reduce((total, { amount }) => total + amount, 0);
}
