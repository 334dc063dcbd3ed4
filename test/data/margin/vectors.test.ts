/**
 * Worked cases of venues' own pages and of open engines' tests, each put to the
 * calculator in our notation. The file lies beside the checkout and comes without it.
 */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ask, askPosition, contract, type Fields, tier } from "./ask.ts";

const FOLDER = new URL("../../../../shared/", import.meta.url);
const FILE = new URL("vectors/vectors.json", FOLDER);

interface Vector {
  readonly id: string;
  readonly topic: string;
  // biome-ignore lint/suspicious/noExplicitAny: every case has fields of its own
  readonly inputs: any;
  // biome-ignore lint/suspicious/noExplicitAny: every case has fields of its own
  readonly expected: any;
}

const vectors: readonly Vector[] = existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : [];

/** What a case needs to run: its clauses for the title, and the run. Keys are ids without their number. */
const RUNS: Record<string, [clauses: string, run: (vector: Vector) => Promise<void>]> = {
  "bybit-inv-avg": ["INST-3 average opening price", averageEntry],
  "okx-inv-pnl": ["INST-2 profit of an inverse position", inverseProfit],
  "bybit-inv-im": ["MARGIN-1 INST-2 initial margin", inverseInitialMargin],
  "dydx-bankruptcy": ["MARGIN-5 bankruptcy price in a cross account", dydxBankruptcy],
  "bybit-inv-iso": ["MARGIN-5 INST-2 isolated bankruptcy price and its tick", bybitInverseIsolated],
  "bybit-bankr": ["MARGIN-5 isolated bankruptcy price", bybitBankruptcy],
  "bybit-adl-bk": ["MARGIN-5 bankruptcy price with cash besides the margin", bybitBankruptcyWithWallet],
  "binance-iso": ["MARGIN-4 isolated liquidation price with a deduction", isolatedLiquidation],
  "okx-iso": ["MARGIN-4 MARGIN-2 isolated liquidation price with the closing fee", isolatedLiquidation],
  "bybit-iso": ["MARGIN-4 MARK-5 isolated liquidation price at the entry value", isolatedLiquidation],
  "bybit-liq": ["MARGIN-1 MARGIN-2 MARGIN-4 MARK-5 margins and liquidation price at the entry value", bybitLiquidation],
  "bybit-inv-cross": ["MARGIN-4 MARGIN-5 INST-2 prices of an inverse cross position", bybitInverseCross],
  "binance-liq": ["MARGIN-4 ACCT-5 liquidation price beside other positions", binanceLiquidation],
  "hl-liq": ["MARGIN-4 isolated liquidation price", hyperliquidLiquidation],
  "dydx-isliq": ["MARGIN-3 at risk only below", dydxTrigger],
  "okx-mgnratio": ["MARGIN-3 margin ratio", marginRatio],
  "okx-partial": ["LIQ-3 tier-step", tierStep],
  "drift-cover": ["LIQ-3 just-enough", justEnough],
  "binance-tier": ["TIER-1 MARGIN-2 marginal slices", slices],
  "binance-cum": ["TIER-1 MARGIN-2 marginal slices", slices],
  "bybit-ded": ["TIER-1 MARGIN-2 marginal slices", slices],
  "binance-mm": ["TIER-1 MARGIN-2 maintenance margin", slices],
  "vega-iso-01": ["TIER-2 maintenance margin with open orders", vegaCross],
  "vega-iso-02": ["ORDER-2 MARGIN-1 margin of position and order", vegaIsolated],
  "vega-iso-03": ["MARGIN-3 isolated equity follows the mark", vegaMarkToMarket],
};

/** Why a case is not put to the calculator: by topic, or by id where it says more. */
const REASONS: Record<string, string> = {
  adl_queue: "ADL-3: a policy on a snapshot, tested with the policies",
  adl_score: "ADL-3: a policy's score, tested with the policies",
  adl_settlement_at_bankruptcy_price: "ADL-5: settling between two accounts is no question about one account",
  adl_trigger: "ADL-1: triggers",
  funding: "MARK-3: funding",
  insurance_fund_flow: "LIQ-5, FUND-2: what the pool gets of a fill",
  liquidation_cascade_end_to_end: "LIQ, FUND: a course of events with order book and pool",
  liquidation_fee: "Drift's own insurance fee, which shrinks with the shortage; no clause has it",
  liquidation_order_limit_price: "dYdX's own limit between oracle and bankruptcy price; LIQ-4 has the bankruptcy price",
  liquidation_vs_thin_book: "LIQ-6: needs an order book",
  loss_socialisation: "FUND-4: residual losses",
  partial_liquidation_bounds: "dYdX's own smallest and largest part of a step; no clause has them",
  "vega-iso-05": "a margin factor of 0.3 is a leverage of 3.333…, and leverage has two decimals",
  "vega-iso-06": "ACCT-3: a change of margin mode, and Vega's initial margin of 1.2 maintenance margins",
  "binance-cum-03": "the tables of 349 symbols are not there",
};

describe.skipIf(vectors.length === 0)("worked cases (../shared/vectors is there)", () => {
  for (const vector of vectors) {
    const [clauses, run] = runOf(vector) ?? [];
    if (run === undefined) test.skip(`${vector.id}: not here: ${reasonOf(vector)}`, () => {});
    else test(`${clauses}: ${vector.id}`, () => run(vector));
  }

  test("every case runs or has its reason", () => {
    expect(vectors.filter((vector) => runOf(vector) === undefined && reasonOf(vector) === undefined).map(({ id }) => id)).toEqual([]);
    expect(vectors.filter((vector) => runOf(vector) !== undefined).length).toBeGreaterThanOrEqual(48);
  });
});

function runOf({ id }: Vector) {
  return REASONS[id] === undefined ? (RUNS[id] ?? RUNS[id.replace(/-\d+$/, "")]) : undefined;
}

function reasonOf({ id, topic }: Vector): string | undefined {
  return REASONS[id] ?? REASONS[topic];
}

/** Compares with a published number to the decimals that it has, or to a relative 1e-11 where it has more than that. */
function expectPublished(text: string | number | null | undefined, published: number): void {
  const decimals = (String(published).split(".")[1] ?? "").length;
  if (text === null || text === undefined) expect(text).toBe(published);
  else expect(Math.abs(Number(text) - published)).toBeLessThanOrEqual(Math.max(0.5001 * 10 ** -decimals, Math.abs(published) * 1e-11));
}

const mark = (price: string, symbol = "X-USDT") => ({ marks: { [symbol]: price } });

async function averageEntry({ inputs, expected }: Vector): Promise<void> {
  const contracts = inputs.fills.reduce((sum: number, [size]: [number]) => sum + size, 0);
  const value = inputs.fills.reduce((sum: number, [size, price]: [number, number]) => sum + size / price, 0);
  const position = await askPosition({
    instruments: [contract({ kind: "inverse", tickSize: "0.5", lotSize: "1" })],
    positions: [{ size: String(contracts), entryValue: value.toFixed(12) }],
    assets: { X: { quantum: "0.000000000001" } },
    ...mark("12000", "X-USD"),
  });
  expectPublished(Number(position.entryPrice).toFixed(5), expected.average_entry);
}

async function inverseProfit({ inputs, expected }: Vector): Promise<void> {
  const position = await askPosition({
    instruments: [contract({ kind: "inverse", lotSize: "1", faceValue: String(inputs.face_value), multiplier: String(inputs.multiplier) })],
    positions: [{ side: inputs.side, size: String(inputs.contracts), entryPrice: String(inputs.open) }],
    ...mark(String(inputs.close), "X-USD"),
  });
  expect(Number(position.unrealizedProfit)).toBe(expected.pnl_btc);
}

async function inverseInitialMargin({ inputs, expected }: Vector): Promise<void> {
  const position = await askPosition({
    instruments: [contract({ kind: "inverse", lotSize: "1", tiers: [tier("0.005", { unit: "base" })] })],
    positions: [{ size: String(inputs.contracts_usd), entryPrice: String(inputs.price), leverage: String(inputs.leverage) }],
    ...mark(String(inputs.price), "X-USD"),
  });
  expect(Number(position.initialMargin)).toBe(expected.initial_margin_btc);
}

/** dYdX: an account's quote balance is net of what its positions cost; ours is the cash before them, opened at the oracle price. */
async function dydx(inputs: Vector["inputs"], more: Fields = {}) {
  const held = inputs.positions as { asset: string; size: number; oracle_price: number; mmr: number }[];
  const cash = held.reduce((sum, { size, oracle_price }) => sum + size * oracle_price, inputs.quote_balance_usd);
  return ask({
    venue: { triggerAt: "below" },
    instruments: held.map(({ asset, mmr }) => contract({ symbol: asset, base: asset, tiers: [tier(String(mmr))] })),
    account: { balances: { USDT: cash.toFixed(6) } },
    positions: held.map(({ asset, size, oracle_price }) => ({
      instrument: asset,
      side: size > 0 ? "long" : "short",
      size: String(Math.abs(size)),
      entryPrice: String(oracle_price),
    })),
    marks: Object.fromEntries(held.map(({ asset, oracle_price }) => [asset, String(oracle_price)])),
    ...more,
  });
}

async function dydxBankruptcy({ inputs, expected }: Vector): Promise<void> {
  const { positions } = await dydx(inputs);
  const closed = positions.find(({ instrument }) => instrument === inputs.close_asset);
  // Closing a part takes its part of the value, rounded up to a millionth.
  const value = Math.ceil(-inputs.close_delta * Number(closed?.bankruptcyPrice) * 1e6 - 1e-6) / 1e6;
  expect(value + 0).toBe(expected.bankruptcy_quote_delta_usd);
}

async function dydxTrigger({ inputs, expected }: Vector): Promise<void> {
  const { account } = await dydx(inputs);
  expect(account.status).toBe(expected.liquidatable ? "full" : "healthy");
}

async function bybitInverseIsolated({ inputs, expected }: Vector): Promise<void> {
  const margin = inputs.contracts_usd / inputs.entry / inputs.leverage;
  const position = await askPosition({
    instruments: [contract({ kind: "inverse", tickSize: "0.5", lotSize: "1" })],
    positions: [
      {
        side: inputs.side,
        size: String(inputs.contracts_usd),
        entryPrice: String(inputs.entry),
        marginMode: "isolated",
        margin: margin.toFixed(10),
      },
    ],
    assets: { X: { quantum: "0.0000000001" } },
    ...mark("7890", "X-USD"),
  });
  expectPublished(position.bankruptcyPrice, expected.bankruptcy_price);
  expect(Number(position.bankruptcyPriceTick)).toBe(expected.bankruptcy_price_tick_rounded);
}

async function bybitBankruptcy({ inputs, expected }: Vector): Promise<void> {
  const position = await askPosition({
    instruments: [contract({ tiers: [tier("0.005")] })],
    positions: [{ side: inputs.side, entryPrice: String(inputs.entry), marginMode: "isolated", leverage: String(inputs.leverage) }],
    ...mark(String(inputs.entry)),
  });
  expect(Number(position.bankruptcyPrice)).toBe(expected.bankruptcy_price);
}

async function bybitBankruptcyWithWallet({ inputs, expected }: Vector): Promise<void> {
  const position = await askPosition({
    account: { balances: { USDT: String(inputs.position_margin + inputs.wallet_balance) } },
    positions: [{ side: inputs.side, size: String(inputs.size), entryPrice: String(inputs.entry) }],
    ...mark(String(inputs.entry)),
  });
  expect(Number(position.bankruptcyPrice)).toBe(expected.bankruptcy_price);
}

async function isolatedLiquidation({ inputs, expected }: Vector): Promise<void> {
  const binance = inputs.venue === "binance-usdm";
  const position = await askPosition({
    venue: {
      tierScheme: binance ? "marginal" : "flat",
      maintenanceIncludesClosingFee: inputs.taker_fee !== null,
      positionValueAt: inputs.venue === "bybit-linear" ? "entry" : "mark",
      fees: { maker: "0", taker: String(inputs.taker_fee ?? 0), liquidation: "0" },
    },
    instruments: [contract({ tiers: [tier(String(inputs.mmr), binance ? { deduction: String(inputs.maintenance_amount) } : {})] })],
    positions: [
      {
        side: inputs.side,
        size: String(inputs.size),
        entryPrice: String(inputs.entry),
        marginMode: "isolated",
        margin: ((inputs.size * inputs.entry) / inputs.leverage).toFixed(12),
        leverage: String(inputs.leverage),
      },
    ],
    assets: { USDT: { quantum: "0.000000000001" } },
    ...mark(String(inputs.entry)),
  });
  expectPublished(position.liquidationPrice, expected.liquidation_price);
}

async function bybitLiquidation({ inputs, expected }: Vector): Promise<void> {
  const position = await askPosition({
    venue: { positionValueAt: "entry" },
    instruments: [contract({ tiers: [tier(String(inputs.mmr))] })],
    positions: [{ side: inputs.side, entryPrice: String(inputs.entry), marginMode: "isolated", leverage: String(inputs.leverage) }],
    ...mark(String(inputs.entry)),
  });
  expect(Number(position.initialMargin)).toBe(expected.initial_margin);
  expect(Number(position.maintenanceMargin)).toBe(expected.maintenance_margin);
  expect(Number(position.liquidationPrice)).toBe(expected.liquidation_price);
}

/** Bybit counts the closing fee at the bankruptcy price, here it is at the mark; both are the same half dollar, to which Bybit rounds a long's up. */
async function bybitInverseCross({ inputs, expected }: Vector): Promise<void> {
  const position = await askPosition({
    venue: {
      positionValueAt: "entry",
      maintenanceIncludesClosingFee: true,
      bankruptcyAt: "closing-fee",
      fees: { maker: "0", taker: String(inputs.taker_fee), liquidation: "0" },
    },
    instruments: [contract({ kind: "inverse", tickSize: "0.5", lotSize: "1", tiers: [tier(String(inputs.mmr), { unit: "base" })] })],
    account: { balances: { X: String(inputs.balance_btc) } },
    positions: [{ side: inputs.side, size: String(inputs.contracts_usd), entryPrice: String(inputs.entry) }],
    ...mark(String(inputs.entry), "X-USD"),
  });
  expectPublished(position.bankruptcyPrice, expected.bankruptcy_price);
  expect(Math.ceil(Number(position.liquidationPrice) / 0.5) * 0.5).toBe(expected.liquidation_price);
}

async function binanceLiquidation({ inputs, expected }: Vector): Promise<void> {
  const held = [inputs.position, ...inputs.other_positions];
  const isolated = inputs.margin_mode === "isolated";
  const { positions } = await ask({
    venue: { tierScheme: "marginal" },
    instruments: held.map(({ symbol, mmr, maintenance_amount }) =>
      contract({ symbol, base: symbol.slice(0, 3), tiers: [tier(String(mmr), { deduction: String(maintenance_amount) })] }),
    ),
    account: { balances: isolated ? {} : { USDT: String(inputs.wallet_balance) } },
    positions: held.map(({ symbol, side, size, entry }) => ({
      instrument: symbol,
      side,
      size: String(size),
      entryPrice: String(entry),
      ...(isolated ? { marginMode: "isolated", margin: String(inputs.wallet_balance) } : {}),
    })),
    marks: Object.fromEntries(held.map((one) => [one.symbol, String(one.mark ?? one.entry)])),
  });
  expectPublished(positions[0]?.liquidationPrice, expected.liquidation_price);
}

/** Hyperliquid: maintenance is half of the initial margin at the highest leverage. */
async function hyperliquidLiquidation({ inputs, expected }: Vector): Promise<void> {
  const position = await askPosition({
    instruments: [contract({ tiers: [tier(String(1 / (2 * inputs.max_leverage)))] })],
    positions: [
      {
        side: inputs.side,
        size: String(inputs.size),
        entryPrice: String(inputs.price),
        marginMode: "isolated",
        margin: String(inputs.isolated_margin),
      },
    ],
    ...mark(String(inputs.price)),
  });
  expectPublished(position.liquidationPrice, expected.liquidation_price);
}

async function marginRatio({ inputs, expected }: Vector): Promise<void> {
  const base = inputs.face_value * inputs.contracts;
  const position = await askPosition({
    venue: { maintenanceIncludesClosingFee: true, fees: { maker: "0", taker: String(inputs.taker), liquidation: "0" } },
    instruments: [contract({ multiplier: String(inputs.face_value), lotSize: "1", tiers: [tier(String(inputs.mmr))] })],
    positions: [
      {
        size: String(inputs.contracts),
        entryPrice: String(inputs.mark - inputs.upl / base),
        marginMode: "isolated",
        margin: String(inputs.margin),
      },
    ],
    ...mark(String(inputs.mark)),
  });
  expectPublished(position.marginRatio, expected.margin_ratio);
}

/** OKX's old table where the case has it; a step above and below it as rates need. */
async function tierStep({ inputs, expected }: Vector): Promise<void> {
  const bounds = inputs.current_tier === 3 ? ["2000", "12000", null] : ["2000", "5000", "20000", "40000"];
  const rates = ["0.01", "0.015", "0.02", "0.025"];
  const { account } = await ask({
    venue: { partialLiquidation: "tier-step" },
    instruments: [
      contract({ lotSize: "1", tiers: bounds.map((upTo, index) => tier(rates[index] as string, { upTo, unit: "contracts" })) }),
    ],
    positions: [
      {
        size: String(inputs.contracts),
        entryPrice: "100",
        marginMode: "isolated",
        // Between the lowest tier's rate and its own.
        margin: ((inputs.contracts * 18) / 10).toFixed(6),
      },
    ],
    ...mark("100"),
  });
  expect(account).toMatchObject({ status: "partial", reductions: [{ instrument: "X-USDT", size: String(expected.contracts_to_close) }] });
}

async function justEnough({ inputs, expected }: Vector): Promise<void> {
  const fees = String(inputs.liquidator_fee + inputs.insurance_fee);
  const requirement = 10 * inputs.oracle * inputs.margin_ratio;
  const { account } = await ask({
    // Drift's shortage is gone when equity and requirement are equal.
    venue: { partialLiquidation: "just-enough", triggerAt: "below", fees: { maker: "0", taker: "0", liquidation: fees } },
    instruments: [contract({ tickSize: "1", lotSize: "0.0000000001", tiers: [tier(String(inputs.margin_ratio))] })],
    positions: [
      {
        size: "10",
        entryPrice: String(inputs.oracle),
        marginMode: "isolated",
        margin: (requirement - inputs.margin_shortage / inputs.quote_oracle).toFixed(10),
      },
    ],
    assets: { USDT: { quantum: "0.0000000001" } },
    ...mark(String(inputs.oracle)),
  });
  // The least whole lots; the source cuts off what is beyond its last digit.
  expect(Math.floor(Number(account.reductions[0]?.size) * 1e9) / 1e9).toBe(expected.base_to_close);
}

/** Tables without deductions: what value × rate exceeds the maintenance margin by is the published amount. */
async function slices(vector: Vector): Promise<void> {
  const { inputs, expected, id } = vector;
  if (id === "binance-cum-02") return coinSlices(vector);
  if (inputs.notional !== undefined) {
    const amount = await maintenanceAt(tableOf(inputs.table ?? "binance-tier-01"), inputs.notional);
    const rate = tableOf(inputs.table ?? "binance-tier-01").find(({ upTo }) => inputs.notional <= upTo)?.rate ?? Number.NaN;
    if (expected.mmr !== undefined) expect(rate).toBe(expected.mmr);
    const published = expected.maintAmt ?? expected.maintenance_amount;
    if (published !== undefined) expect(inputs.notional * rate - amount).toBeCloseTo(published, 5);
    if (expected.maintenance_margin !== undefined) expect(amount).toBe(expected.maintenance_margin);
    return;
  }
  const table = id === "bybit-ded-01" ? bybitTable(inputs.table) : tableOf(id);
  const published = expected.maintAmt ?? expected.cum ?? expected.deductions;
  expect(published).toHaveLength(table.length);
  for (const [index, { upTo, rate }] of table.entries()) {
    const inside = Math.round((upTo + (table[index - 1]?.upTo ?? 0)) / 2);
    for (const notional of [inside, upTo])
      expect(notional * rate - (await maintenanceAt(table, notional))).toBeCloseTo(published[index], 4);
  }
}

interface Step {
  readonly upTo: number;
  readonly rate: number;
}

function tableOf(id: string): Step[] {
  const table = vectors.find((vector) => vector.id === id)?.inputs.table as (number[] | { max: number; mmr: number })[];
  return table.map((row) => (Array.isArray(row) ? { upTo: row[0] as number, rate: row[1] as number } : { upTo: row.max, rate: row.mmr }));
}

function bybitTable(name: string): Step[] {
  const { tiers } = JSON.parse(readFileSync(new URL(name.replace("tiers/", "venues/"), FOLDER), "utf8"));
  return tiers.map(({ max, mmr }: { max: number; mmr: number }) => ({ upTo: max, rate: mmr }));
}

async function maintenanceAt(table: readonly Step[], notional: number): Promise<number> {
  const position = await askPosition({
    venue: { tierScheme: "marginal" },
    instruments: [
      contract({ tickSize: "1", lotSize: "1", tiers: table.map(({ upTo, rate }) => tier(String(rate), { upTo: String(upTo) })) }),
    ],
    positions: [{ size: String(notional), entryPrice: "1" }],
    assets: { USDT: { quantum: "0.0001" } },
    ...mark("1"),
  });
  return Number(position.maintenanceMargin);
}

/** COIN-M brackets in base coin: a first bracket makes up for the amount that the case starts from, 32 × (2.5 % − 0.75 %) = 0.56. */
async function coinSlices({ inputs, expected }: Vector): Promise<void> {
  const tiers = [
    { upTo: "32", rate: "0.0075" },
    { upTo: String(inputs.floor), rate: String(inputs.mmr_prev) },
    { upTo: null, rate: String(inputs.mmr) },
  ];
  const value = 80;
  const position = await askPosition({
    venue: { tierScheme: "marginal" },
    instruments: [
      contract({
        kind: "inverse",
        lotSize: "1",
        faceValue: "100",
        tiers: tiers.map(({ upTo, rate }) => tier(rate, { upTo, unit: "base" })),
      }),
    ],
    positions: [{ size: String(value * 100), entryPrice: "10000" }],
    ...mark("10000", "X-USD"),
  });
  expect(value * inputs.mmr - Number(position.maintenanceMargin)).toBeCloseTo(expected.cum, 8);
}

/** Vega in cross mode counts the worst of position and orders; its other levels are multiples of its own. */
async function vegaCross({ inputs, expected }: Vector): Promise<void> {
  const position = await askPosition({
    venue: { tiersIncludeOpenOrders: true },
    instruments: [contract({ tickSize: "1", lotSize: "1", tiers: [tier(String(inputs.risk_factor))] })],
    positions: [{ side: "short", size: String(-inputs.position), entryPrice: String(inputs.mark) }],
    orders: [{ instrument: "X-USDT", side: "sell", size: String(inputs.open_short_orders), price: String(inputs.mark) }],
    ...mark(String(inputs.mark)),
  });
  expect(Number(position.maintenanceMargin)).toBe(expected.maintenance);
}

async function vegaIsolated({ inputs, expected }: Vector): Promise<void> {
  const order = inputs.open_short_order;
  const { positions, account } = await ask({
    instruments: [contract({ tickSize: "1", lotSize: "1", tiers: [tier(String(inputs.risk_factor))] })],
    account: { balances: { USDT: String(inputs.deposit - expected.position_margin) } },
    positions: [
      {
        side: "short",
        size: String(-inputs.position),
        entryPrice: String(inputs.entry),
        marginMode: "isolated",
        leverage: String(1 / inputs.margin_factor),
      },
    ],
    orders: [{ instrument: "X-USDT", side: "sell", size: String(order.size), price: String(order.price) }],
    ...mark(String(inputs.mark)),
  });
  expect(Number(positions[0]?.initialMargin)).toBe(expected.position_margin);
  expect(Number(positions[0]?.maintenanceMargin)).toBe(expected.maintenance);
  expect(Number(account.orderMargin)).toBe(expected.order_margin);
  expect(Number(account.equity)).toBe(expected.general);
}

/** Vega books the change of the mark into the margin; here it is unrealised, and the equity is the same. */
async function vegaMarkToMarket({ inputs, expected }: Vector): Promise<void> {
  const position = await askPosition({
    instruments: [contract({ tickSize: "1", lotSize: "1", tiers: [tier("0.1")] })],
    positions: [
      {
        side: "short",
        size: String(-inputs.position),
        entryPrice: String(inputs.mark_from),
        marginMode: "isolated",
        margin: String(inputs.position_margin),
      },
    ],
    ...mark(String(inputs.mark_to)),
  });
  expect(Number(position.marginRatio) * Number(position.requirement)).toBeCloseTo(expected.position_margin, 6);
}
