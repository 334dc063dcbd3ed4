/** Simulations of one instrument: its parts side by side with everything else. */
import type { InstrumentInput, SimulationInput } from "../../sim/input.ts";
import { poolNameOf } from "../../sim/venue/instrument.ts";

export type OneInput = Omit<SimulationInput, "instruments" | "poolSeeds"> & InstrumentInput & { readonly poolSeedQuanta: number };

/** The input with one instrument. */
export function oneInstrument({
  instrument,
  index,
  externalMarkets,
  externalImpact,
  holders,
  poolSeedQuanta,
  ...rest
}: OneInput): SimulationInput {
  const outside = {
    ...(externalMarkets === undefined ? {} : { externalMarkets }),
    ...(externalImpact === undefined ? {} : { externalImpact }),
  };
  return { ...rest, instruments: [{ instrument, index, holders, ...outside }], poolSeeds: { [poolNameOf(instrument)]: poolSeedQuanta } };
}

/** The one instrument of an input. */
export function only({ instruments }: SimulationInput): InstrumentInput {
  return instruments[0] as InstrumentInput;
}

/** An input with other parts of its one instrument. */
export function withOnly(input: SimulationInput, change: Partial<InstrumentInput>): SimulationInput {
  return { ...input, instruments: [{ ...only(input), ...change }] };
}
