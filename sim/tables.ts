/**
 * The tables a run records, column by column: the schema `data/store` writes and
 * `docs/tables.md` documents. Time is microseconds since the Unix epoch; prices are
 * ticks, sizes lots, amounts quanta of the settlement asset; their scales stand in
 * `instruments` and `assets` (UNIT-1). Accounts, liquidations and pools are numbered from 0.
 */
import { COMMAND_WORDS } from "./command.ts";
import type { Column, TableSchema } from "./kernel/table.ts";
import { REFUSALS } from "./refusal.ts";

/** Version of the tables' meaning: raised whenever a column changes. */
export const TABLE_FORMAT_VERSION = 5;

const int = (name: string, meaning: string): Column => ({ name, type: "int64", meaning });
const optionalInt = (name: string, meaning: string): Column => ({ name, type: "int64", meaning, optional: true });
const real = (name: string, meaning: string): Column => ({ name, type: "double", meaning, optional: true });
const word = (name: string, values: readonly string[], meaning: string): Column => ({ name, type: "enum", values, meaning });
const text = (name: string, meaning: string): Column => ({ name, type: "text", meaning });

const TIME = int("time_us", "when, microseconds since the Unix epoch");
const INSTRUMENT = int("instrument", "row of `instruments`");
const BOOKING = int(
  "booking",
  "place among all bookings of the run: rows of `liquidations`, `trades`, `inventory`, `adl`, `funds`, `levies`, `vault`, `funding` and `margins` are numbered together from 0, a cause before what it brings about",
);
const SIDES = ["long", "short"] as const;

/** What may take or add money in a pool. */
export const FUND_ENTRIES = ["seed", "surplus", "cover", "uncovered", "socialised", "funding", "settlement", "fees"] as const;
/** What may change the inventory of the liquidation engine. */
export const INVENTORY_ENTRIES = ["takeover", "trade", "netting", "vault", "adl", "house"] as const;
/** What may change position or cash of the backstop vault. */
export const VAULT_ENTRIES = ["seed", "surplus", "takeover", "trade", "funding"] as const;
/** Why a liquidation triggered. */
export const LIQUIDATION_CAUSES = ["direct", "induced", "adl", "levy", "funding"] as const;
/** How a liquidation ended. */
export const LIQUIDATION_STATUSES = ["closed", "residual", "open", "reduced", "vault"] as const;
/** Who owns an account. */
export const ACCOUNT_KINDS = ["engine", "house", "holder", "agent", "vault"] as const;

export const INSTRUMENTS: TableSchema = {
  name: "instruments",
  meaning: "one row an instrument: the scale of its ticks and lots",
  columns: [
    int("instrument", "number of the instrument"),
    text("symbol", "the venue's symbol"),
    word("kind", ["linear"], "how value follows price (INST-1)"),
    word("product_line", ["perpetual"], "product line (INST-5)"),
    text("underlying", "underlying asset"),
    int("settle_asset", "row of `assets` in which it settles"),
    text("tick_size", "price of one tick, quote currency"),
    text("lot_size", "size of one lot, contracts"),
    text("multiplier", "base amount of one contract"),
  ],
};

export const ASSETS: TableSchema = {
  name: "assets",
  meaning: "one row an asset: the scale of its quanta",
  columns: [int("asset", "number of the asset"), text("symbol", "name of the asset"), text("quantum", "amount of one quantum")],
};

export const TRADES: TableSchema = {
  name: "trades",
  meaning: "one row a trade on the book",
  columns: [
    int("trade", "number of the trade, in order"),
    BOOKING,
    TIME,
    INSTRUMENT,
    int("price_ticks", "price of the resting order, ticks"),
    int("size_lots", "size, lots"),
    int("value_quanta", "booked value of the trade (INST-1), quanta"),
    word("taker_side", ["buy", "sell"], "side of the incoming order"),
    int("maker_account", "account of the resting order"),
    int("taker_account", "account of the incoming order"),
    int("maker_fee_quanta", "fee of the maker, negative for a rebate (ORDER-3), quanta"),
    int("taker_fee_quanta", "fee of the taker (ORDER-3), quanta"),
    optionalInt("liquidation", "liquidation the incoming or resting order serves, if any"),
  ],
};

export const MARKS: TableSchema = {
  name: "marks",
  meaning: "one row a mark: what liquidations are judged on (MARK-2), and the market around it",
  columns: [
    TIME,
    INSTRUMENT,
    int("index_ticks", "index price (MARK-1), ticks"),
    int("mark_ticks", "mark price (MARK-2), ticks"),
    int("shadow_mark_ticks", "mark price without the displacement by liquidations (CASC-1), ticks"),
    optionalInt("last_ticks", "price of the last trade, ticks"),
    optionalInt("bid_ticks", "best bid, ticks"),
    optionalInt("ask_ticks", "best ask, ticks"),
  ],
};

export const ORDERS: TableSchema = {
  name: "orders",
  meaning: "one row a command that reached the venue; recorded only when the scenario asks for it",
  columns: [
    TIME,
    INSTRUMENT,
    int("account", "who sent it"),
    int("order", "number of the order"),
    word(
      "command",
      COMMAND_WORDS,
      "what was asked; `trigger`: the price of a stop or take-profit order was reached, and it went on as a market order",
    ),
    word("side", ["buy", "sell"], "side of the order"),
    optionalInt("price_ticks", "limit price, or price that triggers, ticks"),
    int("size_lots", "size asked, lots; of an amend what is to rest from then on, of a cancel what was taken off the book"),
    word("time_in_force", ["GTC", "IOC", "FOK"], "good-till-cancelled, immediate-or-cancel or fill-or-kill (ORDER-1)"),
    int("post_only", "1 for an order that only rests"),
    int("reduce_only", "1 for an order that only reduces the position"),
    { ...word("trigger_by", ["mark", "last"], "price that triggers a stop or take-profit order"), optional: true },
    word("result", ["accepted", ...REFUSALS], "`accepted`, or the stable code of the refusal (ORDER-4)"),
  ],
};

const MARGIN_MODES = ["isolated", "cross"] as const;

export const LIQUIDATIONS: TableSchema = {
  name: "liquidations",
  meaning: "one row a liquidation: an isolated position, or one position of a cross scope, from trigger until it is closed (LIQ-1..7)",
  columns: [
    int("liquidation", "number of the liquidation, in order of trigger"),
    BOOKING,
    int("account", "whose position it was"),
    INSTRUMENT,
    int("scope", "first liquidation of the same scope from one trigger on: of an isolated position its own number"),
    word("side", SIDES, "side of the position"),
    int("trigger_time_us", "when it triggered, microseconds since the Unix epoch"),
    optionalInt("end_time_us", "when the last lot was closed or what was left passed again, microseconds since the Unix epoch"),
    int("trigger_mark_ticks", "mark price that triggered it, ticks"),
    optionalInt("liquidation_price_ticks", "estimated liquidation price (MARGIN-4), ticks"),
    int("bankruptcy_price_ticks", "bankruptcy price at the trigger (MARGIN-5), ticks"),
    int("size_lots", "size of the position at the trigger, lots"),
    int("notional_quanta", "value of the position at the trigger mark, quanta"),
    int("entry_value_quanta", "entry value of the position (INST-3), quanta"),
    int(
      "margin_quanta",
      "position margin at the trigger; of a cross position its part of the scope's equity less its unrealised profit (MARGIN-5), quanta",
    ),
    int("equity_quanta", "equity of the scope at the trigger: of an isolated position margin and unrealised profit (MARGIN-3), quanta"),
    int("requirement_quanta", "requirement of the scope at the trigger: maintenance margins and closing fees (MARGIN-2), quanta"),
    int("reduced_lots", "closed on the book by orders of the account itself, which kept the rest (LIQ-3, LIQ-4), lots"),
    int("takeover_lots", "taken over by the engine (LIQ-4), lots"),
    int("takeover_value_quanta", "value at which the engine took them over (MARGIN-5), quanta"),
    int("liquidated_quanta", "value liquidated: of reductions as they traded, of a takeover at its mark, quanta"),
    int("fee_quanta", "liquidation fees (ORDER-3), quanta"),
    int("market_lots", "closed on the book within the bankruptcy price, or against opposite inventory (LIQ-7), lots"),
    int("fund_lots", "closed on the book beyond the bankruptcy price, covered by the pool (LIQ-6), lots"),
    int("vault_lots", "taken by the backstop vault with what was left of the margin (LIQ-4), lots"),
    int("adl_lots", "closed by auto-deleveraging, lots"),
    int("residual_lots", "left to the house when nothing else would take them (FUND-4), lots"),
    int(
      "surplus_quanta",
      "what was gained, by the pool, the trader or the vault as the venue has it (LIQ-5), and with what the vault took; quanta",
    ),
    int("cover_quanta", "what the pool paid (LIQ-6), quanta"),
    int("uncovered_quanta", "what the pool could not pay and the house did, before levies gave any of it back (FUND-4), quanta"),
    word(
      "cause",
      LIQUIDATION_CAUSES,
      "funding: it would have passed without the funding paid at that mark; else adl: had auto-deleveraging closed nothing of it at this mark and the one before; else levy: without the levies of these; else induced: it would have passed at the shadow mark (CASC-1)",
    ),
    optionalInt("parent", "the liquidation whose displacement induced it (CASC-2)"),
    real("displacement_ticks", "sum of what each matching of its orders moved the mid by, without decay, ticks (CASC-1)"),
    word(
      "status",
      LIQUIDATION_STATUSES,
      "`closed`; `reduced`: what was left of the position passed again; `residual`: the house took the rest at mark; `vault`: the backstop vault did, or some of it; `open`: unfinished at the end of the run",
    ),
  ],
};

export const INVENTORY: TableSchema = {
  name: "inventory",
  meaning: "one row a change of the liquidation engine's inventory (LIQ-7)",
  columns: [
    BOOKING,
    TIME,
    int("liquidation", "the liquidation whose lots they are"),
    INSTRUMENT,
    word(
      "entry",
      INVENTORY_ENTRIES,
      "taken over; closed by a trade on the book; against the opposite inventory of another liquidation (its row stands beside); taken by the backstop vault at mark; by auto-deleveraging; left to the house",
    ),
    int("size_lots", "change of the inventory, negative when it sold, lots"),
    int("value_quanta", "takeover value that goes with these lots, quanta"),
    optionalInt(
      "closing_value_quanta",
      "value at which they were closed: the difference is the pool's, of lots left to the house or taken by the vault their own, quanta",
    ),
  ],
};

export const ADL: TableSchema = {
  name: "adl",
  meaning: "one row an account reduced by auto-deleveraging (ADL-6)",
  columns: [
    BOOKING,
    TIME,
    int("event", "number of the ADL event: one request to the policy"),
    int("liquidation", "liquidation it served"),
    INSTRUMENT,
    int("account", "whose position was reduced"),
    word("side", SIDES, "side of the position reduced"),
    int("rank", "place in the queue of the event, 1 is first"),
    real(
      "score",
      "score of the policy when ranked, in its own unit: quanta times leverage for `profit-times-leverage`, lots for `pro-rata-size`; none where it has no bound",
    ),
    text("policy", "ranking policy (ADL-3)"),
    int("size_lots", "closed, lots"),
    int("position_lots", "held before, lots"),
    int("mark_ticks", "mark price, ticks"),
    int("price_ticks", "price of the closing rounded to the tick; `value_quanta` is exact"),
    int("value_quanta", "value at which it was closed (ADL-5), quanta"),
    int("levy_quanta", "levy on the counterparty (ADL-5), quanta"),
    int("realized_profit_quanta", "profit realised by the closing, quanta"),
    int("needed_quanta", "its share of the loss beyond bankruptcy that the pool could not pay, quanta"),
    int("equity_quanta", "equity of its scope before, at the mark (MARGIN-3), quanta"),
    int("taken_quanta", "equity without the closing less equity with it, at the mark, quanta"),
  ],
};

export const FUNDS: TableSchema = {
  name: "funds",
  meaning: "one row a movement of an insurance fund pool (FUND-1..4)",
  columns: [
    int("movement", "number of the movement, in order"),
    BOOKING,
    TIME,
    int("pool", "number of the pool"),
    text("pool_name", "product line/underlying/settlement asset"),
    word(
      "entry",
      FUND_ENTRIES,
      "seed capital; liquidation surplus; cover of a loss; a loss left uncovered, which the house paid; what levies gave back to it; funding of the engine's inventory, or that a position margin could not pay; what was pending until the settlement of the day and is booked by it (FUND-3); the pool's part of fees since the mark before, out of the house's (FUND-2)",
    ),
    optionalInt("liquidation", "liquidation it belongs to, if any"),
    int("amount_quanta", "what the pool gained, negative for a payment; at a settlement what went from pending to booked; quanta"),
    int(
      "available_quanta",
      "booked and pending after it, which is what is available (FUND-3) once the waterfall of the instant is through, quanta",
    ),
    int("booked_quanta", "booked after it, quanta"),
    int("pending_quanta", "pending after it: gains and losses since the last settlement; 0 when the pool is settled continuously; quanta"),
    int("house_quanta", "what the house paid because the pool could not, negative when levies gave it back (FUND-4); quanta"),
  ],
};

export const LEVIES: TableSchema = {
  name: "levies",
  meaning: "one row a position that bears its part of an uncovered loss, by a worse entry value (FUND-4); empty where the house bears all",
  columns: [
    BOOKING,
    TIME,
    int("liquidation", "liquidation whose loss it is"),
    INSTRUMENT,
    int("account", "whose position it is"),
    int("open_profit_quanta", "its unrealised profit at mark before, quanta"),
    int("levy_quanta", "what it lost, by which its entry value is higher when long, lower when short; quanta"),
  ],
};

export const VAULT: TableSchema = {
  name: "vault",
  meaning: "one row a movement of the backstop vault (LIQ-4, LIQ-5); empty where a venue has none",
  columns: [
    int("movement", "number of the movement, in order"),
    BOOKING,
    TIME,
    int("instrument", "row of `instruments`; of the seed capital, which is for all of them, the first"),
    word(
      "entry",
      VAULT_ENTRIES,
      "seed capital; what a liquidation leaves over; a position taken with what was left of its margin; a trade of its own order; funding",
    ),
    optionalInt("liquidation", "liquidation it belongs to, if any"),
    int("size_lots", "change of its position, lots"),
    int("value_quanta", "value of these lots: at mark when taken over, else as they traded; quanta"),
    int("amount_quanta", "what its cash changed by: profit of what it closed or netted, and margin taken; quanta"),
    int("cash_quanta", "its cash after it, over all instruments, quanta"),
    int("position_lots", "its position in the instrument after it, negative when short, lots"),
    int("entry_value_quanta", "entry value of that position (INST-3), quanta"),
  ],
};

export const FUNDING: TableSchema = {
  name: "funding",
  meaning:
    "one row a funding payment (MARK-3), payers before receivers; of accounts 0 and 1 the pool's, of 2 the house's, of the vault its cash's; empty where a venue pays no funding",
  columns: [
    BOOKING,
    TIME,
    INSTRUMENT,
    int("account", "who paid or received"),
    real("rate", "funding rate of the interval: longs pay when it is positive"),
    int("amount_quanta", "received, negative when owed; the rows of an instant sum to zero; quanta"),
    int(
      "short_quanta",
      "part of what is owed that the position margin or the vault's cash did not hold, or a cross scope did not have left: the pool paid it, or the house; quanta",
    ),
  ],
};

export const OFFSETS: TableSchema = {
  name: "offsets",
  meaning:
    "one row a pair of legs of an account in hedge mode that a liquidation closed against each other at the mark, in order of time (LIQ-3)",
  columns: [
    BOOKING,
    TIME,
    INSTRUMENT,
    int("long_liquidation", "liquidation of the long leg"),
    int("short_liquidation", "liquidation of the short leg"),
    int("long_account", "number of the long leg"),
    int("short_account", "number of the short leg"),
    int("size_lots", "closed of each, lots"),
    int("value_quanta", "value at which both were closed, at the mark, quanta"),
  ],
};

export const CONVERSIONS: TableSchema = {
  name: "conversions",
  meaning:
    "one row a sale of an account's collateral to the house, to make good what its wallet owes or because its scope is taken over (ACCT-6)",
  columns: [
    BOOKING,
    TIME,
    int("account", "who sold"),
    int("asset", "row of `assets` that was sold"),
    int("sold_quanta", "sold to the house, quanta of that asset"),
    int("credited_quanta", "paid by the house into the wallet: index price less haircut, quanta of the settlement asset"),
  ],
};

export const MARGINS: TableSchema = {
  name: "margins",
  meaning: "one row a change of the margin of an isolated position by its owner (ACCT-2); refused ones are not here",
  columns: [
    BOOKING,
    TIME,
    INSTRUMENT,
    int("account", "whose position it is"),
    int("amount_quanta", "out of the wallet into the margin, negative for what was taken out, quanta"),
    int("margin_quanta", "position margin after it, quanta"),
  ],
};

export const COLLATERAL: TableSchema = {
  name: "collateral",
  meaning: "one row an account and asset that it holds or held beside its wallet, and one for the house, at the end of the run (ACCT-6)",
  columns: [
    int("account", "number of the account"),
    int("asset", "row of `assets`"),
    int("deposited_quanta", "put in at the start, quanta of the asset"),
    int("balance_quanta", "held at the end, quanta of the asset"),
  ],
};

export const INDEX_OUTAGES: TableSchema = {
  name: "index_outages",
  meaning: "one row a time in which no external market was left and the last index held (MARK-1)",
  columns: [
    int("from_time_us", "first mark of it, microseconds since the Unix epoch"),
    optionalInt("until_time_us", "first mark after it, microseconds since the Unix epoch; none when it lasted to the end of the run"),
    INSTRUMENT,
    int("index_ticks", "the index that held, ticks"),
  ],
};

export const CASCADES: TableSchema = {
  name: "cascades",
  meaning: "one row a cascade: a tree of at least two liquidations, each induced by its parent (CASC-2)",
  columns: [
    int("cascade", "number of the cascade, in order of its root's trigger"),
    int("episode", "row of `episodes`: what it overlaps with in time"),
    INSTRUMENT,
    int("root", "the liquidation that started it"),
    int("first_time_us", "trigger of the root, microseconds since the Unix epoch"),
    int("last_time_us", "last closing in the tree, microseconds since the Unix epoch"),
    int("liquidations", "liquidations in the tree"),
    int("accounts", "accounts in the tree"),
    int("notional_quanta", "value liquidated: `liquidated_quanta` of the tree's liquidations, quanta"),
    int("depth", "generations after the root"),
    int(
      "displacement_ticks",
      "mark less shadow mark where they stood furthest apart between first trigger and last closing, ticks (CASC-1)",
    ),
    real("displacement_ratio", "the same ÷ the shadow mark there"),
  ],
};

export const EPISODES: TableSchema = {
  name: "episodes",
  meaning: "one row an episode: cascades, of whatever instruments, that overlap in time one after the other (CASC-2)",
  columns: [
    int("episode", "number of the episode, in order of time"),
    int("first_time_us", "first trigger in it, microseconds since the Unix epoch"),
    int("last_time_us", "last closing in it, microseconds since the Unix epoch"),
    int("cascades", "cascades in it"),
    int("instruments", "instruments of these"),
    int("liquidations", "liquidations in these"),
    int("accounts", "accounts in these"),
    int("asset", "row of `assets` in which its value is"),
    int("notional_quanta", "value liquidated in these, quanta"),
    int("depth", "generations after the root of the deepest of them"),
    int("displaced_instrument", "row of `instruments`: of those in it the one whose mark was displaced furthest"),
    real("displacement_ratio", "how far: mark less shadow mark ÷ shadow mark where they stood furthest apart during the episode (CASC-1)"),
  ],
};

export const ACCOUNTS: TableSchema = {
  name: "accounts",
  meaning:
    "one row an account at the end of the run, over all instruments; 0 and 1 are the liquidation engine's inventory of longs and of shorts, 2 is the house's, and the last the backstop vault's where the venue has one",
  columns: [
    int("account", "number of the account; an account in hedge mode has a second one, for its short legs (ACCT-4)"),
    int("owner", "number of the account whose wallet it shares: of short legs their account's, else its own"),
    word("kind", ACCOUNT_KINDS, "liquidation engine, the venue itself, passive holder, agent or backstop vault"),
    text("name", "name of the agent; empty for all others"),
    int("asset", "row of `assets` in which its wallet is"),
    int("deposited_quanta", "put in at the start, quanta"),
    int(
      "wallet_quanta",
      "cash in the wallet, negative while cross positions still have to earn what it owes; of the house: fees less what it paid, negative when it paid more; quanta",
    ),
    int("margin_quanta", "margin of its positions, quanta"),
    int("unrealized_profit_quanta", "profit of closing its positions at the last marks (MARK-5), quanta"),
    int("realized_profit_quanta", "profit realised before fees, quanta"),
    int("fees_quanta", "fees paid less rebates, quanta"),
    int("liquidations", "how often a position of it was liquidated"),
    int("adl_reductions", "how often a position of it was reduced by auto-deleveraging"),
  ],
};

export const POSITIONS: TableSchema = {
  name: "positions",
  meaning: "one row an account and instrument at the end of the run: of the venue's accounts, and of all that may trade it",
  columns: [
    int("account", "number of the account"),
    INSTRUMENT,
    real("leverage", "leverage setting"),
    word("margin_mode", MARGIN_MODES, "whether the position has margin of its own or shares the wallet (ACCT-2)"),
    int("start_position_lots", "position it started with, negative when short, lots"),
    int("start_entry_value_quanta", "entry value of that position, quanta"),
    int("start_margin_quanta", "position margin of that position, out of the deposit; 0 in cross margin, quanta"),
    int("margin_quanta", "position margin, quanta"),
    int("position_lots", "position, negative when short, lots"),
    int("entry_value_quanta", "entry value of the position (INST-3), quanta"),
    int("unrealized_profit_quanta", "profit of closing at the last mark (MARK-5), quanta"),
    int("realized_profit_quanta", "profit realised before fees, quanta"),
    int("fees_quanta", "fees paid less rebates, quanta"),
    int("liquidations", "how often it was liquidated"),
    int("adl_reductions", "how often it was reduced by auto-deleveraging"),
  ],
};

export const SAMPLES: TableSchema = {
  name: "samples",
  meaning: "regular series: one row a sampling instant, counts and sums since the row before",
  columns: [
    TIME,
    INSTRUMENT,
    int("index_ticks", "index price, ticks"),
    int("mark_ticks", "mark price, ticks"),
    optionalInt("last_ticks", "price of the last trade, ticks"),
    optionalInt("bid_ticks", "best bid, ticks"),
    optionalInt("ask_ticks", "best ask, ticks"),
    int("bid_depth_lots", "resting buys within 1 % of the index, lots"),
    optionalInt("bid_depth_5bp_lots", "resting buys within 5 basis points of the mid (CASC-1), lots"),
    optionalInt("bid_depth_10bp_lots", "resting buys within 10 basis points of the mid (CASC-1), lots"),
    optionalInt("bid_depth_25bp_lots", "resting buys within 25 basis points of the mid (CASC-1), lots"),
    int("ask_depth_lots", "resting sells within 1 % of the index, lots"),
    optionalInt("ask_depth_5bp_lots", "resting sells within 5 basis points of the mid (CASC-1), lots"),
    optionalInt("ask_depth_10bp_lots", "resting sells within 10 basis points of the mid (CASC-1), lots"),
    optionalInt("ask_depth_25bp_lots", "resting sells within 25 basis points of the mid (CASC-1), lots"),
    int("open_interest_lots", "open interest, one side, lots"),
    int("messages", "commands that reached the venue"),
    int("volume_lots", "traded, lots"),
    int("liquidations", "liquidations triggered"),
    int("liquidated_long_quanta", "value of long positions liquidated, quanta"),
    int("liquidated_short_quanta", "value of short positions liquidated, quanta"),
    int("adl_quanta", "value closed by auto-deleveraging, quanta"),
    int("pool_available_quanta", "available of the instrument's pool (FUND-3), quanta"),
    int("pool_drawdown_quanta", "its running peak less its available, quanta"),
    real("displacement_ticks", "displacement of the mid by liquidations (CASC-1), ticks"),
    optionalInt(
      "vault_equity_quanta",
      "cash of the backstop vault and the profit of its positions at their marks, over all instruments; quanta",
    ),
  ],
};

/** Every table of a run, in the order in which they are written. */
export const TABLES: readonly TableSchema[] = [
  INSTRUMENTS,
  ASSETS,
  TRADES,
  MARKS,
  ORDERS,
  LIQUIDATIONS,
  INVENTORY,
  ADL,
  FUNDS,
  LEVIES,
  VAULT,
  FUNDING,
  OFFSETS,
  CONVERSIONS,
  MARGINS,
  COLLATERAL,
  INDEX_OUTAGES,
  CASCADES,
  EPISODES,
  ACCOUNTS,
  POSITIONS,
  SAMPLES,
];
