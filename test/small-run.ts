/** Settings that make `flash-crash` a matter of a second, with its liquidations and ADL. */
export const SMALL_RUN: readonly string[] = ["duration=40m", 'shock.waypoints=[{"at":"20m","change":-0.15}]', "population.accounts=500"];
