/** The moments of each generated shock, over many steps of fixed seeds: tolerances are some four standard errors. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chiSquare } from "../../../data/shocks/chi-square.ts";
import { garchOfPeriod, garchPath } from "../../../data/shocks/garch.ts";
import { type GbmParameters, gbmPath } from "../../../data/shocks/gbm.ts";
import { DAY_US, type NormalDraw, YEAR_US } from "../../../data/shocks/grid.ts";
import { hawkesPath } from "../../../data/shocks/hawkes.ts";
import { fellerHolds, hestonPath } from "../../../data/shocks/heston.ts";
import { poissonCount } from "../../../data/shocks/jumps.ts";
import { mertonPath } from "../../../data/shocks/merton.ts";
import { normal } from "../../../sim/kernel/distributions.ts";
import { createStream } from "../../../sim/kernel/random.ts";
import { autocorrelation, correlation, inGroups, mean, returnsOf, shape, variance } from "./moments.ts";

const MINUTE_US = 60_000_000;
const STEPS = 200_000;
const MINUTES = { steps: STEPS, intervalUs: MINUTE_US };
const PER_MINUTE = MINUTE_US / YEAR_US;

function draws(seed = 1, name = "shock/index"): NormalDraw {
  const stream = createStream(seed, name);
  return () => normal(stream);
}

const other = (process: string, seed = 1) => createStream(seed, `shock/${process}`);
/** Draws that are all zero: what is left is what else moves a path. */
const still: NormalDraw = () => 0;

describe("gbm", () => {
  const parameters: GbmParameters = { drift: 0, volatility: 0.8 };

  test("log returns are normal, independent, of the variance asked for", () => {
    const returns = returnsOf(gbmPath(parameters, MINUTES, draws()));
    const expected = 0.64 * PER_MINUTE;
    expect(Math.abs(variance(returns) / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / STEPS));
    expect(Math.abs(shape(returns).kurtosis - 3)).toBeLessThan(4 * Math.sqrt(24 / STEPS));
    expect(Math.abs(shape(returns).skewness)).toBeLessThan(4 * Math.sqrt(6 / STEPS));
    expect(Math.abs(autocorrelation(returns, 1))).toBeLessThan(4 / Math.sqrt(STEPS));
    const squares = returns.map((value) => value * value);
    expect(Math.abs(autocorrelation(squares, 1))).toBeLessThan(4 / Math.sqrt(STEPS));
  });

  test("the expected price grows by the drift, whatever the volatility", () => {
    const grid = { steps: 1, intervalUs: YEAR_US };
    const draw = draws();
    const prices = Array.from({ length: STEPS }, () => Math.exp(gbmPath({ drift: 0.3, volatility: 0.5 }, grid, draw)[1] as number));
    const error = Math.sqrt(variance(prices) / STEPS);
    expect(Math.abs(mean(prices) - Math.exp(0.3))).toBeLessThan(4 * error);
  });

  test("a step's length makes no difference to how far a path goes", () => {
    const inOne = gbmPath(parameters, { steps: 1, intervalUs: 60 * MINUTE_US }, () => 1)[1] as number;
    // Sixty draws of 1 ÷ √60 move as far as one of 1.
    const inSixty = gbmPath(parameters, { steps: 60, intervalUs: MINUTE_US }, () => 1 / Math.sqrt(60))[60] as number;
    expect(inSixty).toBeCloseTo(inOne, 12);
  });

  test("without volatility it is the drift alone", () => {
    const path = gbmPath({ drift: 365, volatility: 0 }, { steps: 2, intervalUs: DAY_US }, still);
    expect([...path]).toEqual([0, 1, 2]);
  });
});

describe("jumps", () => {
  test.each([0.001, 0.5, 4, 60, 250])("Poisson counts of %d have it for mean and variance", (expected) => {
    const stream = other("jumps");
    const counts = Array.from({ length: 50_000 }, () => poissonCount(stream.next(), expected));
    expect(Math.abs(mean(counts) - expected)).toBeLessThan(4 * Math.sqrt(expected / 50_000));
    expect(Math.abs(variance(counts) / expected - 1)).toBeLessThan(expected < 0.01 ? 0.6 : 0.05);
  });

  test("a count rises with the number drawn, from none on, and ends", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true }), fc.double({ min: 0, max: 500, noNaN: true }), (part, expected) => {
        const count = poissonCount(part, expected);
        expect(Number.isSafeInteger(count) && count >= 0 && count < 10 * expected + 60).toBe(true);
        expect(poissonCount(part / 2, expected)).toBeLessThanOrEqual(count);
      }),
    );
  });
});

describe("merton", () => {
  const jumps = { perDay: 24, mean: -0.02, deviation: 0.01 };

  test("there are as many jumps as asked for, of the sizes asked for", () => {
    const perStep = 24 / 1440;
    const compensation = perStep * (Math.exp(-0.02 + 0.00005) - 1);
    const moved = returnsOf(mertonPath({ drift: 0, volatility: 0, jumps }, MINUTES, still, other("jumps"))).map((r) => r + compensation);
    const jumped = moved.filter((move) => Math.abs(move) > 1e-9);
    // Steps with at least one.
    const chance = 1 - Math.exp(-perStep);
    expect(Math.abs(jumped.length - STEPS * chance)).toBeLessThan(4 * Math.sqrt(STEPS * chance));
    expect(Math.abs(mean(moved) / perStep - jumps.mean)).toBeLessThan(4 * Math.sqrt(0.0005 / (STEPS * perStep)));
    expect(variance(moved) / perStep / (0.02 ** 2 + 0.01 ** 2)).toBeCloseTo(1, 1);
    expect(shape(moved).skewness).toBeLessThan(-5);
    expect(shape(moved).kurtosis).toBeGreaterThan(30);
  });

  test("what jumps take the drift gives back: the expected price is that without them", () => {
    const often = { perDay: 4, mean: -0.1, deviation: 0.2 };
    const grid = { steps: 24, intervalUs: 60 * MINUTE_US };
    const stream = other("jumps");
    const prices = Array.from({ length: 20_000 }, () =>
      Math.exp(mertonPath({ drift: 0, volatility: 0, jumps: often }, grid, still, stream)[24] as number),
    );
    expect(Math.abs(mean(prices) - 1)).toBeLessThan(4 * Math.sqrt(variance(prices) / prices.length));
  });

  test("TIME-2 more jumps shift no draw of the diffusion, larger ones none of their times", () => {
    const path = (changes: Partial<typeof jumps>) =>
      returnsOf(
        mertonPath({ drift: 0, volatility: 0.5, jumps: { ...jumps, ...changes } }, { ...MINUTES, steps: 5000 }, draws(), other("jumps")),
      );
    const plain = returnsOf(gbmPath({ drift: 0, volatility: 0.5 }, { ...MINUTES, steps: 5000 }, draws()));
    const apart = (returns: number[]) => returns.map((value, step) => value - (plain[step] as number));
    const timesOf = (changes: Partial<typeof jumps>) => apart(path(changes)).flatMap((value, step) => (value < -0.005 ? step : []));
    const small = timesOf({ deviation: 0 });
    expect(small.length).toBeGreaterThan(40);
    expect(timesOf({ mean: -0.2, deviation: 0 })).toEqual(small);
    // Twice as many: all of the old ones and others.
    const twice = timesOf({ perDay: 48, deviation: 0 });
    expect(twice.length).toBeGreaterThan(1.4 * small.length);
    expect(small.filter((step) => !twice.includes(step))).toEqual([]);
  });
});

describe("heston", () => {
  const variancePart = { start: 0.64, mean: 0.64, reversion: 2000, volatility: 40 };
  const parameters = { drift: 0, variance: variancePart, correlation: -0.7 };
  const hours = (steps: number) => ({ steps, intervalUs: 60 * MINUTE_US });

  test("the variance of returns is the mean variance; tails are fat, volatility clusters, falls go with it", () => {
    const returns = returnsOf(hestonPath(parameters, MINUTES, draws(), other("variance")));
    expect(variance(returns) / (0.64 * PER_MINUTE)).toBeGreaterThan(0.85);
    expect(variance(returns) / (0.64 * PER_MINUTE)).toBeLessThan(1.15);
    expect(shape(returns).kurtosis).toBeGreaterThan(3.5);
    const squares = returns.map((value) => value * value);
    expect(autocorrelation(squares, 1)).toBeGreaterThan(0.05);
    expect(autocorrelation(squares, 60)).toBeGreaterThan(0.03);
    // The leverage effect: what a return is and what the squares after it are go against each other.
    const later = inGroups(squares, 1).slice(1);
    expect(correlation(returns.slice(0, -1), later)).toBeLessThan(-0.01);
  });

  test("without a volatility of its own the variance goes to its mean by its reversion", () => {
    const calm = { ...parameters, variance: { start: 4, mean: 1, reversion: 365, volatility: 0 } };
    const squares = returnsOf(hestonPath(calm, hours(240), () => 1, other("variance"))).map((r) => (r * r * YEAR_US) / (60 * MINUTE_US));
    // A reversion of 365 a year is 1 a day: after a day 1 + 3 ÷ e is left.
    expect(squares[0]).toBeCloseTo(4, 0);
    expect(squares[24]).toBeCloseTo(1 + 3 / Math.E, 0);
    expect(squares[239]).toBeCloseTo(1, 1);
  });

  test("never below zero, even where Feller's condition does not hold", () => {
    const wild = { start: 0.01, mean: 0.04, reversion: 50, volatility: 20 };
    expect([fellerHolds(wild), fellerHolds({ ...wild, volatility: 2 }), fellerHolds(variancePart)]).toEqual([false, true, true]);
    const path = hestonPath({ drift: 0, variance: wild, correlation: 0.5 }, hours(20_000), draws(), other("variance"));
    expect(path.every(Number.isFinite)).toBe(true);
    const pulled = returnsOf(path).filter((move) => move === 0);
    // Full truncation: steps at which it counts as zero, and others after them.
    expect(pulled.length).toBeGreaterThan(100);
    expect(pulled.length).toBeLessThan(19_000);
  });

  test("TIME-2 the variance draws by itself: with none of its own the path is a geometric Brownian motion's", () => {
    const calm = { ...parameters, variance: { start: 0.25, mean: 0.25, reversion: 10, volatility: 0 } };
    const path = hestonPath(calm, { ...MINUTES, steps: 500 }, draws(), other("variance"));
    const plain = gbmPath({ drift: 0, volatility: 0.5 }, { ...MINUTES, steps: 500 }, draws());
    expect(Math.max(...path.map((value, step) => Math.abs(value - (plain[step] as number))))).toBeLessThan(1e-12);
  });
});

describe("garch", () => {
  const given = { drift: 0, volatility: 0.8, alpha: 0.08, beta: 0.9 };
  const of = (changes: Partial<Parameters<typeof garchOfPeriod>[0]> = {}, periodUs = MINUTE_US, intervalUs = MINUTE_US) =>
    garchOfPeriod({ ...given, ...changes }, periodUs, intervalUs);

  test("the long-run variance is the one asked for, and squares remember as alpha and beta say", () => {
    const returns = returnsOf(garchPath(of(), MINUTES, draws(), other("tail")));
    expect(Math.abs(variance(returns) / (0.64 * PER_MINUTE) - 1)).toBeLessThan(0.06);
    // Bollerslev 1986: the first autocorrelation of the squares is α (1 − αβ − β²) ÷ (1 − 2αβ − β²), each further one α + β of the one before.
    const [alpha, beta] = [0.08, 0.9];
    const first = (alpha * (1 - alpha * beta - beta * beta)) / (1 - 2 * alpha * beta - beta * beta);
    const squares = returns.map((value) => value * value);
    expect(Math.abs(autocorrelation(squares, 1) - first)).toBeLessThan(0.05);
    expect(Math.abs(autocorrelation(squares, 11) - first * 0.98 ** 10)).toBeLessThan(0.05);
    const fatness = (3 * (1 - (alpha + beta) ** 2)) / (1 - (alpha + beta) ** 2 - 2 * alpha * alpha);
    expect(Math.abs(shape(returns).kurtosis - fatness)).toBeLessThan(0.8);
    expect(Math.abs(autocorrelation(returns, 1))).toBeLessThan(6 / Math.sqrt(STEPS));
  });

  test("omega and a long-run volatility are two ways to say one thing", () => {
    const omega = 0.64 * PER_MINUTE * 0.02;
    const { volatility: _left, ...rest } = given;
    const inOmega = garchOfPeriod({ ...rest, omega }, MINUTE_US, MINUTE_US);
    expect(inOmega.omega).toBeCloseTo(of().omega, 15);
    expect(inOmega.startVariance).toBeCloseTo(of().startVariance, 12);
    expect(of({ startVolatility: 1.6 }).startVariance / of().startVariance).toBeCloseTo(4, 10);
  });

  test("with Student's t returns keep their variance and have fatter tails", () => {
    const flat = { alpha: 0, beta: 0 };
    const returns = returnsOf(garchPath(of({ ...flat, degreesOfFreedom: 5 }), MINUTES, draws(), other("tail")));
    expect(Math.abs(variance(returns) / (0.64 * PER_MINUTE) - 1)).toBeLessThan(0.06);
    const deviation = Math.sqrt(variance(returns));
    const far = returns.filter((value) => Math.abs(value) > 4 * deviation).length / STEPS;
    // Of t with 5 degrees P(|t| > 4 √(5 ÷ 3)) is 0.00357; of a normal one it is 0.00006.
    expect(far).toBeGreaterThan(0.0028);
    expect(far).toBeLessThan(0.0044);
  });

  test("a period of several steps has the variance of one, shared by them", () => {
    const minutes = garchPath(of({}, MINUTE_US, MINUTE_US / 60), { steps: STEPS, intervalUs: MINUTE_US / 60 }, draws(), other("tail"));
    const returns = returnsOf(minutes);
    expect(variance(returns) / ((0.64 * PER_MINUTE) / 60)).toBeCloseTo(1, 0);
    expect(Math.abs(autocorrelation(inGroups(returns, 60), 1))).toBeLessThan(0.08);
    // With draws that are all one, a step shows its deviation: the same in all of a period, another in the next.
    const fat = { alpha: 0, beta: 0, degreesOfFreedom: 3 };
    const shown = returnsOf(
      garchPath(of(fat, MINUTE_US, MINUTE_US / 60), { steps: 600, intervalUs: MINUTE_US / 60 }, () => 1, other("tail")),
    );
    const levels = new Set(shown.map((deviation) => deviation.toPrecision(6)));
    expect(levels.size).toBe(10);
    expect(shown.slice(60, 120).every((deviation) => Math.abs(deviation / (shown[60] as number) - 1) < 1e-9)).toBe(true);
  });

  test.each([3, 4, 7])("chi square of %i degrees has it for mean and twice for variance", (degrees) => {
    const stream = other("tail");
    const values = Array.from({ length: 100_000 }, () => chiSquare(stream, degrees));
    expect(Math.abs(mean(values) / degrees - 1)).toBeLessThan(0.02);
    expect(Math.abs(variance(values) / (2 * degrees) - 1)).toBeLessThan(0.06);
    expect(Math.min(...values.slice(0, 10_000))).toBeGreaterThan(0);
  });
});

describe("hawkes", () => {
  const jumps = { perDay: 144, branching: 0.8, halfLifeUs: 10 * MINUTE_US, mean: -0.01, deviation: 0 };
  const countsOf = (changes: Partial<typeof jumps>, steps = STEPS) =>
    returnsOf(hawkesPath({ drift: 0, volatility: 0, jumps: { ...jumps, ...changes } }, { ...MINUTES, steps }, still, other("jumps"))).map(
      (r) => Math.round(-r / 0.01),
    );

  test("there are as many jumps as base and branching make", () => {
    expect(mean(countsOf({ branching: 0 }))).toBeCloseTo(0.1, 2);
    // Each of the base brings about a family of 1 ÷ (1 − 0.8) = 5.
    expect(mean(countsOf({}))).toBeGreaterThan(0.47);
    expect(mean(countsOf({}))).toBeLessThan(0.53);
  });

  test("they cluster: counts over long stretches vary by 1 ÷ (1 − branching)² of Poisson's", () => {
    const spread = (changes: Partial<typeof jumps>) => {
      const hours = inGroups(countsOf(changes), 1000);
      return variance(hours) / mean(hours);
    };
    expect(spread({ branching: 0 })).toBeGreaterThan(0.6);
    expect(spread({ branching: 0 })).toBeLessThan(1.5);
    expect(spread({})).toBeGreaterThan(15);
    expect(spread({})).toBeLessThan(35);
  });

  test("a jump makes the next more likely, less and less by its half-life", () => {
    const counts = countsOf({});
    const [near, later, far] = [1, 21, 200].map((lag) => autocorrelation(counts, lag)) as [number, number, number];
    expect(near).toBeGreaterThan(0.1);
    expect(later).toBeLessThan(0.8 * near);
    expect(far).toBeLessThan(0.05);
    expect(Math.abs(autocorrelation(countsOf({ branching: 0 }), 1))).toBeLessThan(4 / Math.sqrt(STEPS));
  });

  test("TIME-2 with no branching the jumps are Merton's, and the diffusion is the same with any", () => {
    const grid = { ...MINUTES, steps: 3000 };
    const path = (branching: number) =>
      hawkesPath({ drift: 0, volatility: 0.5, jumps: { ...jumps, branching } }, grid, draws(), other("jumps"));
    const merton = mertonPath({ drift: 0, volatility: 0, jumps: { ...jumps } }, grid, still, other("jumps"));
    const alone = returnsOf(hawkesPath({ drift: 0, volatility: 0, jumps: { ...jumps, branching: 0 } }, grid, still, other("jumps")));
    const compensation = 0.1 * (Math.exp(-0.01) - 1);
    expect(Math.max(...returnsOf(merton).map((value, step) => Math.abs(value + compensation - (alone[step] as number))))).toBeLessThan(
      1e-9,
    );
    const diffusion = (branching: number) =>
      returnsOf(path(branching)).map((value) => value + 0.01 * Math.max(0, Math.round(-value / 0.01)));
    const without = diffusion(0);
    const apart = diffusion(0.8).map((value, step) => Math.abs(value - (without[step] as number)));
    expect(Math.max(...apart)).toBeLessThan(1e-9);
  });
});
