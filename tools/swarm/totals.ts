/** What the seeds of a swarm went through, all in all. */
import type { SeedTally } from "./run-seed.ts";

export class Totals {
  readonly #sums = {
    events: 0,
    trades: 0,
    liquidations: 0,
    reduced: 0,
    cross: 0,
    offsets: 0,
    conversions: 0,
    vaulted: 0,
    adlEvents: 0,
    exhausted: 0,
    house: 0,
    rerun: 0,
    audited: 0,
  };
  #seeds = 0;

  add(tally: SeedTally): void {
    this.#seeds += 1;
    for (const key of Object.keys(this.#sums) as (keyof SeedTally)[]) this.#sums[key] += Number(tally[key]);
  }

  line(): string {
    const { events, trades, liquidations, reduced, cross, vaulted, adlEvents, exhausted, house, rerun, audited } = this.#sums;
    const { offsets, conversions } = this.#sums;
    const count = (value: number) => value.toLocaleString("en-US");
    return (
      `${count(this.#seeds)} seeds done (${count(rerun)} run twice, ${count(audited)} audited): ${count(events)} events, ` +
      `${count(trades)} trades, ${count(liquidations)} liquidations (${count(reduced)} reduced first, ${count(cross)} of cross positions, ${count(vaulted)} taken by a vault), ${count(offsets)} pairs offset, ${count(conversions)} sales of other assets, ${count(adlEvents)} ADL events, ${count(exhausted)} exhausted their fund, ${count(house)} fell to the house`
    );
  }
}
