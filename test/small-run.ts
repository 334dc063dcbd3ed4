/** Settings that make `flash-crash` a matter of a second, with liquidations by market, fund and ADL all the same. */
export const SMALL_RUN: readonly string[] = [
  "duration=40m",
  'shock.waypoints=[{"at":"20m","change":-0.15}]',
  "population.accounts=2000",
  "agents.0.count=2",
  "agents.1.count=1",
  "agents.1.inventoryLimit=6000000",
  "agents.2.count=10",
  "pools.perpetual/BTC/USDT.seedCapital=1000",
];
