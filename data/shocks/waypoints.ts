/**
 * A generated price path: from the start price through waypoints, geometrically or
 * linearly between them, with a Brownian bridge of the logarithm on top.
 *
 * The bridge is zero at the start, at every waypoint and at the end, so that the path
 * goes through each of them exactly, whatever the seed. After the last waypoint the
 * level stays. Step k of the path takes the k-th draw: another waypoint
 * leaves the draws of all steps as they were.
 */
import exp from "@stdlib/math-base-special-exp";
import ln from "@stdlib/math-base-special-ln";
import { type NormalDraw, YEAR_US } from "./grid.ts";

/** A price at a time. */
export interface Waypoint {
  /** Since the start, greater than that of the waypoint before. */
  readonly atUs: number;
  /** Price ÷ start price − 1, greater than −1. */
  readonly change: number;
}

/** What a generated path follows. */
export interface WaypointsOptions {
  readonly startTicks: number;
  readonly waypoints: readonly Waypoint[];
  /** Straight in the logarithm of the price, or in the price. */
  readonly interpolation: "geometric" | "linear";
  /** Annualised standard deviation of the logarithm: 0.6 is 60 %. */
  readonly volatility: number;
  /** A whole number of intervals. */
  readonly durationUs: number;
  readonly intervalUs: number;
}

/** A stretch between two waypoints. */
interface Leg {
  readonly fromUs: number;
  readonly toUs: number;
  /** Prices as parts of the start price. */
  readonly fromLevel: number;
  readonly toLevel: number;
}

/**
 * The path in whole ticks, never below 1, at 0, interval, … duration.
 * Where a waypoint lies on a step, that step has its price, rounded to the tick.
 */
export function waypointsPath(options: WaypointsOptions, normal: NormalDraw): Float64Array {
  const { startTicks, durationUs, intervalUs, volatility } = options;
  const legs = legsOf(options);
  const path = new Float64Array(durationUs / intervalUs + 1);
  let leg = 0;
  let bridge = 0;
  let bridgeUs = 0;
  for (let step = 0; step < path.length; step++) {
    const timeUs = step * intervalUs;
    while (leg < legs.length - 1 && timeUs > (legs[leg] as Leg).toUs) {
      leg++;
      // The bridge stands at zero where the leg before ended.
      bridge = 0;
      bridgeUs = (legs[leg] as Leg).fromUs;
    }
    const current = legs[leg] as Leg;
    if (volatility > 0 && step > 0) {
      bridge = nextOfBridge(bridge, timeUs - bridgeUs, current.toUs - bridgeUs, volatility, normal());
      bridgeUs = timeUs;
    }
    const level = levelAt(current, timeUs, options.interpolation);
    path[step] = Math.max(1, Math.round(startTicks * (bridge === 0 ? level : level * exp(bridge))));
  }
  return path;
}

function legsOf({ waypoints, durationUs }: WaypointsOptions): Leg[] {
  const legs: Leg[] = [];
  let [fromUs, fromLevel] = [0, 1];
  for (const { atUs, change } of waypoints) {
    legs.push({ fromUs, toUs: atUs, fromLevel, toLevel: 1 + change });
    [fromUs, fromLevel] = [atUs, 1 + change];
  }
  if (fromUs < durationUs) legs.push({ fromUs, toUs: durationUs, fromLevel, toLevel: fromLevel });
  return legs;
}

function levelAt(leg: Leg, timeUs: number, interpolation: "geometric" | "linear"): number {
  if (timeUs === leg.fromUs || leg.fromLevel === leg.toLevel) return leg.fromLevel;
  if (timeUs === leg.toUs) return leg.toLevel;
  const part = (timeUs - leg.fromUs) / (leg.toUs - leg.fromUs);
  if (interpolation === "linear") return leg.fromLevel + (leg.toLevel - leg.fromLevel) * part;
  return leg.fromLevel * exp(ln(leg.toLevel / leg.fromLevel) * part);
}

/**
 * One step of a Brownian bridge that ends at zero.
 * @param stepUs from where it stands at `value` to where it is asked
 * @param leftUs from where it stands to its end
 */
function nextOfBridge(value: number, stepUs: number, leftUs: number, volatility: number, draw: number): number {
  if (stepUs >= leftUs) return 0;
  const kept = (leftUs - stepUs) / leftUs;
  return value * kept + volatility * Math.sqrt((stepUs / YEAR_US) * kept) * draw;
}
