/**
 * Known crashes as waypoints: levels at times, rounded, from what exchanges have published of
 * their markets. Each file of `templates/` is the crash of one day with a path for each asset;
 * `tolerance` there is how far any price of the bars is from the straight line (in the
 * logarithm) between the waypoints, as a part of price.
 */
import { readFile } from "node:fs/promises";
import exp from "@stdlib/math-base-special-exp";
import ln from "@stdlib/math-base-special-ln";
import { parseDuration, parseTime } from "../../sim/kernel/time.ts";
import { snapWhole } from "../../sim/venue/decimal.ts";
import type { TemplateShock } from "../scenario/shock-schema.ts";
import type { WaypointsOptions } from "./waypoints.ts";

/** The path of one asset in a crash. */
export interface TemplatePath {
  /** Whose published figures these are. */
  readonly source: string;
  readonly tolerance: number;
  /** Decimal text, in US dollars of a stablecoin. */
  readonly startPrice: string;
  /** Annualised, of what the waypoints leave out. */
  readonly volatility: number;
  /** `at` is a duration since the start; the last is the end. */
  readonly waypoints: readonly { readonly at: string; readonly price: string }[];
}

/** A crash, as it stands in its file. */
export interface Template {
  readonly description: string;
  /** ISO-8601 UTC. */
  readonly start: string;
  /** By asset. */
  readonly paths: Readonly<Record<string, TemplatePath>>;
}

/** The crash of a name of `TEMPLATE_NAMES`. */
export async function readTemplate(name: string): Promise<Template> {
  return JSON.parse(await readFile(new URL(`./templates/${name}.json`, import.meta.url), "utf8")) as Template;
}

/** The path that a shock asks for: of the asset it names, else of the first. */
export function pathOfTemplate({ paths }: Template, { of }: Pick<TemplateShock, "of">): TemplatePath {
  return paths[of ?? (Object.keys(paths)[0] as string)] as TemplatePath;
}

/** When the part of a crash that a shock asks for began, and how long it takes as the shock stretches it, microseconds. */
export function timesOfTemplate(
  { start }: Template,
  path: TemplatePath,
  { skip, stretch }: Pick<TemplateShock, "skip" | "stretch">,
): { startUs: number; durationUs: number } {
  const skipUs = parseDuration(skip, "skip");
  return { startUs: parseTime(start, "start") + skipUs, durationUs: Math.round((lengthOfTemplate(path) - skipUs) * stretch) };
}

/** How long a crash took, microseconds. */
export function lengthOfTemplate({ waypoints }: TemplatePath): number {
  return parseDuration(waypoints.at(-1)?.at as string, "at");
}

/**
 * The waypoints of a shock from where it begins: changes to the power of its scale, times
 * stretched. Left to itself the volatility of the bridges follows both.
 */
export function waypointsOfTemplate(
  path: TemplatePath,
  shock: TemplateShock,
  tickSize: string,
): Omit<WaypointsOptions, "durationUs" | "intervalUs"> {
  const skipUs = parseDuration(shock.skip, "skip");
  const points = path.waypoints.map(({ at, price }) => ({ atUs: parseDuration(at, "at"), price: Number(price) }));
  const first = priceAt([{ atUs: 0, price: Number(path.startPrice) }, ...points], skipUs);
  const startPrice = shock.startPrice ?? (skipUs === 0 ? path.startPrice : String(first));
  return {
    startTicks: Math.max(1, snapWhole(startPrice, tickSize, "startPrice")),
    waypoints: points
      .filter(({ atUs }) => atUs > skipUs)
      .map(({ atUs, price }) => ({
        atUs: Math.round((atUs - skipUs) * shock.stretch),
        change: exp(shock.scale * ln(price / first)) - 1,
      })),
    interpolation: "geometric",
    volatility: shock.volatility ?? (path.volatility * shock.scale) / Math.sqrt(shock.stretch),
  };
}

/** Straight in the logarithm between the points on either side. */
function priceAt(points: readonly { readonly atUs: number; readonly price: number }[], timeUs: number): number {
  const next = points.findIndex(({ atUs }) => atUs > timeUs);
  const [from, to] = [points[next - 1], points[next]] as [(typeof points)[number], (typeof points)[number]];
  if (from.atUs === timeUs) return from.price;
  return from.price * exp((ln(to.price / from.price) * (timeUs - from.atUs)) / (to.atUs - from.atUs));
}
