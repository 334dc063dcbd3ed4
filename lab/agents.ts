/** The agents of a scenario, each from a random stream of its own, and the positions some of them start with. */
import type { AgentDefinition } from "../agents/definition.ts";
import { AGENTS } from "../agents/registry.ts";
import { compileDroughts } from "../data/scenario/compile-droughts.ts";
import type { ResolvedScenario } from "../data/scenario/scenario-schema.ts";
import {
  type AgentStart,
  type Asset,
  createStream,
  formatWhole,
  type IndexPath,
  InputError,
  type Instrument,
  initialMargin,
  type MarginRules,
  type MarginTerms,
  tierOf,
  valueOf,
} from "../sim/index.ts";

/** An agent, and what it has of other assets by symbol. */
export interface MadeStart {
  readonly start: AgentStart;
  readonly amounts: Readonly<Record<string, string>>;
}

/**
 * The agents of a scenario, those of the first contract first, named by kind, entry of that kind
 * and number in it, such as `market-maker/2.1`; on further contracts also by symbol, such as
 * `market-maker/2.1/ETH-USDT`. Each draws from a stream of its own name, so that one agent
 * more changes no other's luck (TIME-2).
 * @param kinds every kind of agent by name
 */
export function makeAgents(
  scenario: ResolvedScenario,
  asset: Asset,
  rules: MarginRules,
  instruments: readonly Instrument[],
  paths: readonly IndexPath[],
  kinds: Readonly<Record<string, AgentDefinition<never>>> = AGENTS,
): MadeStart[] {
  return instruments.flatMap((instrument, number) => {
    const entriesOf = new Map<string, number>();
    const droughts = compileDroughts(scenario, instrument.symbol);
    const startTicks = (paths[number] as IndexPath).ticks[0] as number;
    return scenario.agents.flatMap(({ kind, count, instrument: symbol, marginMode, collateral: amounts = {}, ...parameters }, place) => {
      const definition = kinds[kind];
      if (definition === undefined) throw new Error(`Cannot make agents of kind ${kind}: there is no such kind`);
      const entry = (entriesOf.get(kind) ?? 0) + 1;
      entriesOf.set(kind, entry);
      if (symbol !== undefined && symbol !== instrument.symbol) return [];
      return Array.from({ length: count }, (_, index) => {
        const name = `${kind}/${entry}.${index + 1}${number === 0 ? "" : `/${instrument.symbol}`}`;
        const stream = createStream(scenario.seed, `agent/${name}`);
        const context = { asset, instrument, stream, startTicks, droughts };
        const { startLots = 0, ...made } = inEntry(place, kind, () => definition.make(parameters as never, context));
        const position = startPosition(startLots, made, { instrument, rules }, startTicks, asset, `agents.${place}`);
        return { start: { name, instrument: number, marginMode, ...position, ...made }, amounts };
      });
    });
  });
}

/** What an agent's file says of its kind is said of the entry, of which there may be several of a kind. */
function inEntry<Made>(place: number, kind: string, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError("", error.message.replace(`agents: ${kind}: `, `agents.${place}.`));
  }
}

/**
 * The position that an agent starts with, opened at the start price.
 * @throws InputError when its leverage or deposit does not allow it
 */
function startPosition(
  lots: number,
  { depositQuanta, leverageHundredths }: Pick<AgentStart, "depositQuanta" | "leverageHundredths">,
  terms: MarginTerms,
  startTicks: number,
  { quantum }: Asset,
  where: string,
): Pick<AgentStart, "position"> {
  if (lots === 0) return {};
  const entryValue = valueOf(terms.instrument, startTicks, Math.abs(lots));
  const { maxLeverageHundredths } = tierOf(terms.instrument.tiers, Math.abs(lots), entryValue);
  if (leverageHundredths > maxLeverageHundredths) {
    const most = maxLeverageHundredths / 100;
    throw new InputError(
      `${where}.leverage`,
      `expected at most ${most}, which the tier of its position allows, got ${leverageHundredths / 100}`,
    );
  }
  const margin = initialMargin(terms, entryValue, leverageHundredths);
  if (margin > depositQuanta)
    throw new InputError(
      `${where}.deposit`,
      `expected at least the initial margin of its position, ${formatWhole(margin, quantum)}, got ${formatWhole(depositQuanta, quantum)}`,
    );
  return { position: { lots, entryValue, margin } };
}

/** What agents start with in an instrument, all together: lots and entry value, both with their sign. */
export function positionsOf(made: readonly MadeStart[], instrument: number): { agentLots: number; agentEntryValue: number } {
  const own = made.flatMap(({ start: { instrument: of, position } }) => (of === instrument && position !== undefined ? [position] : []));
  return {
    agentLots: own.reduce((sum, { lots }) => sum + lots, 0),
    agentEntryValue: own.reduce((sum, { lots, entryValue }) => sum + Math.sign(lots) * entryValue, 0),
  };
}
