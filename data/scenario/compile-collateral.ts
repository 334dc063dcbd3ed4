/** Assets that accounts hold beside the settlement asset, in whole units (ACCT-6). */
import type { CollateralInput } from "../../sim/input.ts";
import { InputError } from "../../sim/kernel/input-error.ts";
import { ratioOf } from "../../sim/venue/decimal.ts";
import type { Instrument } from "../../sim/venue/instrument.ts";
import { compileVenue } from "./compile.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";

/** A millionth of the settlement asset: what all assets are counted in. One of it counts as a dollar. */
const UNIT = "0.000001";

/** An asset that is named as collateral, and where. */
export interface NamedAsset {
  readonly symbol: string;
  readonly where: string;
}

/**
 * The assets named, each once, in order: priced by the index of the first contract of it, or as the scenario says.
 * @param instruments of the scenario, which all settle in one asset
 * @throws InputError for an asset that has no quantum or no price, or is the settlement asset
 */
export function compileCollateral(
  scenario: ResolvedScenario,
  instruments: readonly Instrument[],
  named: readonly NamedAsset[],
): Omit<CollateralInput, "holders"> {
  const { assets = {}, venue } = scenario;
  const { collateral } = compileVenue(scenario);
  const settle = (instruments[0] as Instrument).settleAsset;
  const firsts = named.filter(({ symbol }, place) => named.findIndex((other) => other.symbol === symbol) === place);
  return {
    settlement: { price: ratioOf([assets[settle]?.quantum ?? UNIT], [UNIT], `assets.${settle}`), haircuts: collateral.get(settle) ?? [] },
    assets: firsts.map(({ symbol, where }) => {
      if (symbol === settle) throw new InputError(where, `expected another asset than the settlement asset, got "${symbol}"`);
      const asset = assets[symbol];
      if (asset === undefined) {
        throw new InputError(where, `expected one of the scenario's assets, ${Object.keys(assets).join(", ")}, got "${symbol}"`);
      }
      if (venue.collateral[symbol] === undefined) {
        const known = Object.keys(venue.collateral).join(", ") || "none";
        throw new InputError(where, `expected an asset that ${venue.name} takes as collateral, ${known}, got "${symbol}"`);
      }
      const instrument = instruments.findIndex(({ underlying }) => underlying === symbol);
      if (instrument < 0 && asset.price === undefined) {
        throw new InputError(`assets.${symbol}.price`, "expected a price, since no contract of the scenario is of it, got nothing");
      }
      if (instrument >= 0 && asset.price !== undefined) {
        const { symbol: contract } = instruments[instrument] as Instrument;
        throw new InputError(`assets.${symbol}.price`, `expected none, since the index of ${contract} is its price, got "${asset.price}"`);
      }
      const perUnit =
        asset.price === undefined
          ? ratioOf([(instruments[instrument] as Instrument).tickSize, asset.quantum], [UNIT], `assets.${symbol}`)
          : ratioOf([asset.price, asset.quantum], [UNIT], `assets.${symbol}.price`);
      return {
        asset: { symbol, quantum: asset.quantum },
        haircuts: collateral.get(symbol) ?? [],
        price: { instrument: asset.price === undefined ? instrument : null, perUnit },
      };
    }),
  };
}
