/** The positions that auto-deleveraging could choose from within a run, caught as its policy is asked (ADL-3). */
import type { SnapshotRow } from "../data/adl/read-snapshot.ts";
import type { ResolvedScenario } from "../data/scenario/scenario-schema.ts";
import {
  ADL_POLICIES,
  type AdlCandidates,
  type AdlPolicy,
  type AdlRequest,
  formatWhole,
  InputError,
  type Instrument,
  type InstrumentInput,
  parseDecimal,
  Simulation,
} from "../sim/index.ts";
import { simulationInput } from "./experiment.ts";
import type { Extensions } from "./extensions.ts";

/** One request of auto-deleveraging within a run, with everybody it could close. All numbers are decimal text in natural units. */
export interface AdlBatch {
  /** Side of the bankrupt position. */
  readonly side: "long" | "short";
  /** What of it was to be closed. */
  readonly size: string;
  readonly mark: string;
  /** Price at which the counterparties were closed. */
  readonly price: string;
  readonly lot: string;
  /** The eligible positions on the other side. */
  readonly positions: readonly SnapshotRow[];
}

/** Most decimals of a price that is a value over a size. */
const PLACES_MOST = 18;

/** What was seen of one request. */
interface Seen {
  readonly request: AdlRequest;
  readonly candidates: AdlCandidates;
}

/**
 * Runs a scenario of one contract and catches the requests to its ADL policy, which decides as ever.
 * @param most how many, the first ones
 * @throws InputError for a scenario of several contracts, or of one that is not linear with a multiplier of 1
 * @throws SimulationError as `runExperiment`
 */
export async function adlBatchesOf(scenario: ResolvedScenario, most: number, extensions: Extensions = {}): Promise<AdlBatch[]> {
  const input = await simulationInput(scenario, extensions);
  const { instrument } = input.instruments[0] as InstrumentInput;
  if (input.instruments.length > 1 || instrument.kind !== "linear" || Number(instrument.multiplier) !== 1)
    throw new InputError("instruments", "expected one linear contract with a multiplier of 1, since a snapshot is of one");
  const name = scenario.venue.adl.policy;
  const policy = (extensions.policies?.[name] ?? ADL_POLICIES[name]) as AdlPolicy;
  const seen: Seen[] = [];
  const catching: AdlPolicy = {
    needs: ["leverageHundredths", "grossNotional", "requirement"],
    choose(request, candidates, memory) {
      if (seen.length < most) seen.push({ request, candidates });
      return policy.choose(request, candidates, memory);
    },
  };
  new Simulation({ ...input, adlPolicies: { ...extensions.policies, [name]: catching } }).run();
  return seen.map((one) => batchOf(one, instrument, input.asset.quantum));
}

function batchOf({ request, candidates }: Seen, { lotSize }: Instrument, quantum: string): AdlBatch {
  const price = (quanta: number, lots: number) => priceAt(quanta, lots, lotSize, quantum);
  const money = (quanta: number) => formatWhole(quanta, quantum);
  return {
    side: request.bankruptSide === 1 ? "long" : "short",
    size: formatWhole(request.lots, lotSize),
    mark: price(request.markValue, request.lots),
    price: price(request.priceValue, request.lots),
    lot: lotSize,
    positions: candidates.account.map((account, index) => {
      const at = (column: keyof AdlCandidates) => candidates[column][index] as number;
      return {
        account: String(account),
        size: formatWhole(-request.bankruptSide * at("lots"), lotSize),
        entry_price: price(at("entryValue"), at("lots")),
        equity: money(at("equity")),
        leverage: formatWhole(at("leverageHundredths"), "0.01"),
        gross_notional: money(at("grossNotional")),
        requirement: money(at("requirement")),
      };
    }),
  };
}

/** The shortest decimal price at which lots are worth so many quanta, to the quantum. */
function priceAt(quanta: number, lots: number, lotSize: string, quantum: string): string {
  const [lot, one] = [parseDecimal(lotSize, "lot"), parseDecimal(quantum, "quantum")];
  // value = price × size, all over 10^places: price = quanta × one ÷ (lots × lot).
  const size = BigInt(lots) * lot.digits;
  for (let places = 0; ; places++) {
    const over = BigInt(quanta) * one.digits * 10n ** BigInt(places + lot.places);
    const under = size * 10n ** BigInt(one.places);
    const price = (2n * over + under) / (2n * under);
    const off = price * under - over;
    const halfQuantum = one.digits * 10n ** BigInt(places + lot.places);
    if (2n * (off < 0n ? -off : off) < halfQuantum || places === PLACES_MOST) return formatWhole(price, unitOf(places));
  }
}

function unitOf(places: number): string {
  return places === 0 ? "1" : `0.${"1".padStart(places, "0")}`;
}
