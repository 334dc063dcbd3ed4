/** A scenario as it is written, field by field. What must hold between fields is in `consistency.ts`. */
import { z } from "zod";
import {
  assetSymbol,
  decimalNotNegative,
  decimalPositive,
  duration,
  instrumentSymbol,
  numberWithin,
  rate,
  remark,
  shortName,
  sinceStart,
  time,
  wholeNumber,
  word,
} from "./fields.ts";
import { oneOf } from "./problem.ts";
import type { ScenarioRegistries } from "./registries.ts";
import { extendingVenueSchema, instrumentSchema, venueSchema } from "./venue-schema.ts";

/** A generated index path: through waypoints, with a random walk between them. */
const generatedShock = () =>
  z.strictObject({
    generate: z.enum(["waypoints"]),
    startPrice: decimalPositive(),
    waypoints: z
      .array(
        z.strictObject({
          /** Since the start. */
          at: duration(),
          /** Price against the start price, less one: −0.15 is 15 % below. */
          change: z.number({ error: "expected a number above -1" }).gt(-1, { error: "expected a number above -1" }),
        }),
      )
      .default([]),
    interpolation: z.enum(["geometric", "linear"]).default("geometric"),
    /** Annualised, over 365 days: 0.6 is 60 %. */
    volatility: numberWithin(0, 100).default(0),
  });

/** An index path through the bars of a file. */
const recordedShock = () =>
  z.strictObject({
    from: remark().min(1, { error: "expected the name of a file" }),
    symbol: remark().min(1).optional(),
    table: remark().min(1).optional(),
    snap: z.boolean().default(false),
  });

/** What moves the index of one contract. */
const oneShock = () => z.union([generatedShock(), recordedShock()]);

/** One for each contract, by its symbol. */
const shocksBySymbol = () => z.record(instrumentSymbol(), oneShock()).meta({ minProperties: 1 });

/** What moves the index of one contract: a path that is generated, or the bars of a file. */
export type Shock = z.output<ReturnType<typeof oneShock>>;

/** How a scenario states its shocks: the one there is, or one for each contract by symbol. */
export type ShockForm = "one" | "by-symbol";

const shockSchemas = {
  one: oneShock,
  "by-symbol": shocksBySymbol,
  either: () => z.union([generatedShock(), recordedShock(), shocksBySymbol()]),
};

/** An external market that follows the path at a constant distance, with times in which it does not update (MARK-1). */
const externalMarket = () =>
  z.strictObject({
    name: remark().min(1, { error: "expected a name" }),
    weight: wholeNumber(1, 1_000_000).default(1),
    /** Part of the path's price. */
    offset: rate("any").default("0"),
    /** `at` is since the start. */
    outages: z.array(z.strictObject({ at: sinceStart(), for: duration() })).default([]),
  });

/** How the path becomes an index: its step, the markets that follow it, what trading on them does to it (MARK-1, MARK-4). */
const indexFeed = () =>
  z.strictObject({
    interval: duration().default("1s"),
    markets: z
      .array(externalMarket())
      .min(1, { error: "expected at least one market" })
      .default([{ name: "path", weight: 1, offset: "0", outages: [] }]),
    /** Null: trades on the external markets do not move them. */
    impact: z
      .strictObject({
        /** Part of price for a million of value, settlement asset. */
        perMillion: rate(),
        halfLife: duration().default("60s"),
      })
      .nullable()
      .default(null),
  });

/** A run has at most so many. */
const INSTRUMENTS_MOST = 64;
const INSTRUMENTS = `expected from 1 to ${INSTRUMENTS_MOST} contracts`;

/**
 * Schema of a scenario in which the venue and the contracts are written out in full.
 * @param form in which the shocks are stated: known beforehand, an error need not guess which form was meant
 */
export function scenarioSchema(registries: ScenarioRegistries, form: ShockForm) {
  return scenarioWith(registries, venueSchema(registries), instrumentSchema(), form);
}

/** Schema of a scenario file: venue and contracts may be named, or a venue may extend another. */
export function scenarioFileSchema(registries: ScenarioRegistries) {
  const venue = z.union([remark().min(1), venueSchema(registries), extendingVenueSchema(registries)]);
  return scenarioWith(registries, venue, z.union([instrumentSymbol(), instrumentSchema()]), "either");
}

/** A scenario with all defaults and the venue written out: plain JSON. */
export type ResolvedScenario = z.output<ReturnType<typeof scenarioSchema>> & { readonly start: string; readonly duration: string };

function scenarioWith<Venue extends z.ZodType, Contract extends z.ZodType>(
  registries: ScenarioRegistries,
  venue: Venue,
  instrument: Contract,
  form: keyof typeof shockSchemas,
) {
  return z.strictObject({
    name: shortName(),
    description: remark().default(""),
    venue,
    seed: wholeNumber(0).default(1),
    /** May be left out, as `duration`, when the shock is read from a file: all that it covers. */
    start: time().optional(),
    duration: duration().optional(),
    /** `price` in the settlement asset: of one held as collateral that no contract is of. */
    assets: z.record(assetSymbol(), z.strictObject({ quantum: decimalPositive(), price: decimalPositive().optional() })).optional(),
    instruments: z.array(instrument).min(1, { error: INSTRUMENTS }).max(INSTRUMENTS_MOST, { error: INSTRUMENTS }),
    index: indexFeed().prefault({}),
    shock: shockSchemas[form]() as z.ZodType<Shock | Record<string, Shock>>,
    population: strict(registries.population, "population").prefault({}) as z.ZodType<Record<string, unknown>>,
    agents: z.array(agentSchema(registries)).default([]),
    pools: z.record(z.string(), z.strictObject({ seedCapital: decimalNotNegative() })).default({}),
    /** The backstop vault, for a venue that has one (LIQ-4, LIQ-5). */
    vault: z.strictObject({ seedCapital: decimalNotNegative().default("0") }).prefault({}),
    /** When auto-deleveraging is declared, for a venue with that trigger; `at` is since the start (ADL-1). */
    adlDeclared: z.array(z.strictObject({ at: sinceStart(), for: duration() })).default([]),
    /** `window`: how far apart a liquidation and its like in the twin run may be (CASC-3). */
    cascades: z.strictObject({ halfLife: duration().default("60s"), window: duration().default("10m") }).prefault({}),
    /** Whether the same seed runs a second time, with liquidations off the book (CASC-3). */
    counterfactual: z.boolean().default(false),
    record: z.strictObject({ samples: duration().default("10s"), orders: z.boolean().default(false) }).prefault({}),
  });
}

/** One entry of `agents`: a kind of the registry, how many of it on which contract, and the kind's own fields. */
function agentSchema(registries: ScenarioRegistries): z.ZodType<AgentEntry & Record<string, unknown>> {
  const kinds = Object.keys(registries.agents);
  const options = kinds.map((kind) => agentKind(kind, registries.agents[kind] as z.ZodType));
  if (options.length === 0) return z.never({ error: "expected no agents: no kinds are known" }) as never;
  return z.discriminatedUnion("kind", options as never, {
    error: (issue) => (issue.input !== null && typeof issue.input === "object" ? `expected ${oneOf(kinds)}` : "expected an object"),
  }) as never;
}

/** What every entry of `agents` has. */
interface AgentEntry {
  readonly kind: string;
  readonly count: number;
  /** Symbol of the contract that they trade; left out: `count` of them on each. */
  readonly instrument?: string | undefined;
  /** Whether each of its agents margins its positions one by one or together (ACCT-2). */
  readonly marginMode: "isolated" | "cross";
  /** Amounts of other assets that each of its agents has, by symbol (ACCT-6). */
  readonly collateral?: Readonly<Record<string, string>> | undefined;
}

const AGENTS_MOST = 100_000;

function agentCount() {
  const error = `expected a whole number from 1 to ${AGENTS_MOST}`;
  return z.int({ error }).min(1, { error }).max(AGENTS_MOST, { error });
}

function agentKind(kind: string, schema: z.ZodType): z.ZodType {
  const own = strict(schema, `agent kind ${kind}`);
  const named = own.safeExtend({
    ...{ kind: z.literal(kind), instrument: instrumentSymbol().optional() },
    marginMode: word("isolated", "cross"),
    collateral: z.record(assetSymbol(), decimalPositive()).optional(),
  });
  return "count" in own.shape ? named : named.safeExtend({ count: agentCount().default(1) });
}

/** A registered schema, refusing unknown fields whether or not it did so itself. */
function strict(schema: z.ZodType, what: string): z.ZodObject {
  if (!(schema instanceof z.ZodObject)) throw new TypeError(`Cannot register ${what}: its schema is no object schema`);
  return schema.strict();
}
