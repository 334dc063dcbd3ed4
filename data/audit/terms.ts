/**
 * The terms an audit rebuilds by: scales from the tables, rates and rules from the
 * scenario in the manifest, all as exact fractions.
 */
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../sim/kernel/input-error.ts";
import { parseDuration } from "../../sim/kernel/time.ts";
import type { RunDirectory } from "../store/run-directory.ts";
import { type Contract, readContracts } from "./contracts.ts";
import { type Fraction, fractionOf, over, reduced, rounded, times } from "./exact.ts";
import { type VaultTerms, vaultTerms } from "./vault-terms.ts";

/** One tier: bound and rate (TIER-1). */
export interface AuditTier {
  /** Inclusive, in lots or in quanta of value; null for none. */
  readonly upTo: Fraction | null;
  readonly rate: Fraction;
  /** Quanta; null when the slices say it (TIER-1, `marginal`). */
  readonly deduction: Fraction | null;
}

/** Everything a venue charges and requires in one instrument, as far as balances depend on it. */
export interface AuditTerms {
  readonly kind: "linear" | "inverse";
  /** Linear: quanta a tick and lot. Inverse: quanta × ticks a lot. */
  readonly scale: Fraction;
  readonly maker: Fraction;
  readonly taker: Fraction;
  readonly liquidation: Fraction;
  /** The rate requirements count for closing (MARGIN-2). */
  readonly closing: Fraction;
  /** How often position margin holds the closing fee (MARGIN-1). */
  readonly closingFees: bigint;
  readonly maintenanceIncludesClosingFee: boolean;
  /** By what a position is judged (MARK-5). */
  readonly positionValueAt: "mark" | "entry";
  /** What of an unrealised profit counts for a cross scope (ACCT-5). */
  readonly unrealizedProfitAsMargin: "own" | "none" | "all";
  /** Whether open orders count with a position (TIER-2). */
  readonly tiersIncludeOpenOrders: boolean;
  readonly triggerAt: "at-or-below" | "below";
  readonly bankruptcyAt: "closing-fee" | "zero";
  readonly tierScheme: "flat" | "marginal";
  readonly boundBy: "lots" | "value";
  readonly tiers: readonly AuditTier[];
  /** Whether a position that fails may be reduced before it is taken over (LIQ-3). */
  readonly reduces: boolean;
  /** Null where the venue pays no funding (MARK-3). */
  readonly funding: { readonly intervalUs: number; readonly cap: Fraction } | null;
  /** Who gets what a liquidation leaves over (LIQ-5). */
  readonly surplusTo: "pool" | "trader" | "vault";
  /** The backstop vault; null where the venue has none (LIQ-4). */
  readonly vault: VaultTerms | null;
  /** When pools book what liquidations gain and lose (FUND-3). */
  readonly settlement: "continuous" | "daily";
  /** Who bears a loss that is left uncovered (FUND-4). */
  readonly residual: "house" | "pro-rata-profit" | "per-open-interest";
  /** Part of every fee that is the pool's (FUND-2). */
  readonly feeShare: Fraction;
  /** At which value the engine takes a position over (LIQ-4). */
  readonly takeoverAt: "bankruptcy" | "mark";
  /** At which price counterparties of auto-deleveraging are closed, and what is far (ADL-5). */
  readonly adl: { readonly price: "bankruptcy" | "mark" | "previous-mark" | "bankruptcy-unless-far"; readonly far: Fraction };
  /** Row of `assets` in which it settles. */
  readonly asset: number;
  readonly poolName: string;
  /** Seed capital of that pool, which other instruments may share, quanta (FUND-1, FUND-2). */
  readonly seed: bigint;
}

const DECIMAL = z.string();
const FEES = z.looseObject({ maker: DECIMAL, taker: DECIMAL, liquidation: DECIMAL });
const TIER_SCHEME = z.enum(["flat", "marginal"]);
const TIER = z.looseObject({
  upTo: DECIMAL.nullish(),
  unit: z.enum(["quote", "base", "contracts"]),
  maintenanceMarginRate: DECIMAL,
  deduction: DECIMAL.nullish(),
});
const INSTRUMENT = z.looseObject({
  symbol: z.string(),
  tierScheme: TIER_SCHEME.optional(),
  tiers: z.array(TIER).min(1),
  fees: FEES.optional(),
});
const RULES = z.looseObject({
  closingFeeInPositionMargin: z.enum(["once", "twice"]),
  maintenanceIncludesClosingFee: z.boolean(),
  closingFeeRate: z.enum(["taker", "liquidation"]),
  positionValueAt: z.enum(["mark", "entry"]).default("mark"),
  unrealizedProfitAsMargin: z.enum(["own", "none", "all"]).default("own"),
  tiersIncludeOpenOrders: z.boolean().default(false),
  triggerAt: z.enum(["at-or-below", "below"]),
  bankruptcyAt: z.enum(["closing-fee", "zero"]),
  tierScheme: TIER_SCHEME.optional(),
  fees: FEES.optional(),
  funding: z.looseObject({ interval: z.string(), cap: DECIMAL }).nullish(),
  partialLiquidation: z.string().default("full"),
  surplusTo: z.enum(["pool", "trader", "vault"]).default("pool"),
  backstop: z.looseObject({ belowMaintenance: z.string() }).nullish(),
  fund: z
    .looseObject({
      settlement: z.enum(["continuous", "daily"]).default("continuous"),
      residual: z.enum(["house", "pro-rata-profit", "per-open-interest"]).default("house"),
      feeShare: DECIMAL.default("0"),
    })
    .prefault({}),
  takeoverAt: z.enum(["bankruptcy", "mark"]).default("bankruptcy"),
  adl: z
    .looseObject({
      price: z.enum(["bankruptcy", "mark", "previous-mark", "bankruptcy-unless-far"]).default("bankruptcy"),
      far: DECIMAL.default("0"),
    })
    .prefault({}),
});
const SCENARIO = z.looseObject({
  venue: RULES,
  instruments: z.array(INSTRUMENT).min(1),
  pools: z.record(z.string(), z.looseObject({ seedCapital: DECIMAL })).default({}),
  vault: z.looseObject({ seedCapital: DECIMAL }).default({ seedCapital: "0" }),
});

type Scenario = z.output<typeof SCENARIO>;
type Instrument = z.output<typeof INSTRUMENT>;

/**
 * Reads those of every instrument, by number.
 * @throws InputError naming manifest or table, field and value when something is missing
 */
export async function readTerms(run: RunDirectory): Promise<AuditTerms[]> {
  const file = join(run.directory, "manifest.json");
  const parsed = SCENARIO.safeParse(run.manifest.scenario);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(`${file}: scenario.${issue?.path.join(".")}`, issue?.message ?? "not as expected");
  }
  const scenario = parsed.data;
  const contracts = await readContracts(run);
  const symbols = scenario.instruments.map(({ symbol }) => symbol);
  if (symbols.join() !== contracts.map(({ symbol }) => symbol).join()) {
    const traded = contracts.map(({ symbol }) => symbol).join(", ");
    throw new InputError(`${file}: scenario.instruments`, `expected ${traded} as in instruments.parquet, got ${symbols.join(", ")}`);
  }
  return contracts.map((contract, number) => {
    const instrument = scenario.instruments[number] as Instrument;
    return termsOf(scenario, instrument, contract, file, `${file}: scenario.instruments.${number}`);
  });
}

/** @param file the manifest, for errors; `where` in it the instrument */
function termsOf({ venue, pools, vault }: Scenario, instrument: Instrument, contract: Contract, file: string, where: string): AuditTerms {
  const written = instrument.fees ?? venue.fees;
  if (written === undefined) throw new InputError(`${where}.fees`, "missing");
  const rate = (name: "maker" | "taker" | "liquidation") => fractionOf(written[name], `${file}: fees.${name}`);
  const unit = instrument.tiers[0]?.unit ?? "contracts";
  const seed = fractionOf(pools[contract.poolName]?.seedCapital ?? "0", `${file}: scenario.pools.${contract.poolName}.seedCapital`);
  const { funding, adl } = venue;
  return {
    kind: contract.kind,
    scale: scaleOf(contract),
    maker: rate("maker"),
    taker: rate("taker"),
    liquidation: rate("liquidation"),
    closing: rate(venue.closingFeeRate),
    closingFees: venue.closingFeeInPositionMargin === "twice" ? 2n : 1n,
    maintenanceIncludesClosingFee: venue.maintenanceIncludesClosingFee,
    positionValueAt: venue.positionValueAt,
    unrealizedProfitAsMargin: venue.unrealizedProfitAsMargin,
    tiersIncludeOpenOrders: venue.tiersIncludeOpenOrders,
    triggerAt: venue.triggerAt,
    bankruptcyAt: venue.bankruptcyAt,
    tierScheme: instrument.tierScheme ?? venue.tierScheme ?? "flat",
    boundBy: unit === valueUnit(contract.kind) ? "value" : "lots",
    tiers: instrument.tiers.map((tier, number) => tierOf(tier, contract, `${where}.tiers.${number}`)),
    funding:
      funding == null
        ? null
        : {
            intervalUs: parseDuration(funding.interval, `${file}: scenario.venue.funding.interval`),
            cap: fractionOf(funding.cap, `${file}: scenario.venue.funding.cap`),
          },
    reduces: venue.partialLiquidation !== "full",
    surplusTo: venue.surplusTo,
    vault: vaultTerms(venue, vault.seedCapital, contract.quantum, file),
    settlement: venue.fund.settlement,
    residual: venue.fund.residual,
    feeShare: fractionOf(venue.fund.feeShare, `${file}: scenario.venue.fund.feeShare`),
    takeoverAt: venue.takeoverAt,
    adl: { price: adl.price, far: fractionOf(adl.far, `${file}: scenario.venue.adl.far`) },
    asset: contract.asset,
    poolName: contract.poolName,
    seed: rounded(over(seed, contract.quantum), "even"),
  };
}

/** Linear: tick × lot × contract ÷ quantum (INST-1). Inverse: lot × contract ÷ (tick × quantum) (INST-2). */
function scaleOf({ kind, tick, lot, contract, quantum }: Contract): Fraction {
  const size = times(lot, contract);
  return reduced(kind === "linear" ? over(times(tick, size), quantum) : over(size, times(tick, quantum)));
}

function valueUnit(kind: "linear" | "inverse"): "quote" | "base" {
  return kind === "linear" ? "quote" : "base";
}

function tierOf(tier: z.output<typeof TIER>, { kind, lot, contract, quantum }: Contract, where: string): AuditTier {
  const unit = tier.unit === "contracts" ? lot : tier.unit === valueUnit(kind) ? quantum : times(lot, contract);
  return {
    upTo: tier.upTo == null ? null : over(fractionOf(tier.upTo, `${where}.upTo`), unit),
    rate: fractionOf(tier.maintenanceMarginRate, `${where}.maintenanceMarginRate`),
    deduction: tier.deduction == null ? null : over(fractionOf(tier.deduction, `${where}.deduction`), quantum),
  };
}
