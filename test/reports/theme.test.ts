import { describe, expect, test } from "vitest";
import { DARK, LIGHT, type Palette, type Role, recolour } from "../../reports/theme.ts";

const SERIES: readonly Role[] = ["mark", "long", "short", "market", "vault", "fund", "adl", "residual"];
/** Text has to be read, marks only to be seen (WCAG 1.4.3 and 1.4.11, the latter relaxed for large areas). */
const TEXT_CONTRAST = 4.5;
const MARK_CONTRAST = 1.9;

/** Of sRGB, from 0 to 1 each. */
function linear(colour: string): number[] {
  return [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = linear(colour);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

type Matrix = readonly (readonly number[])[];

/** G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), severity 1. */
const SIGHTS: Readonly<Record<string, Matrix>> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

const times = (matrix: Matrix, vector: readonly number[]) =>
  matrix.map((row) => row.reduce((sum, each, at) => sum + each * (vector[at] as number), 0));

/** CIELAB of a colour as an eye of that sight has it, white of D65. */
function seen(colour: string, sight: Matrix): number[] {
  const toXyz = [
    [0.4124 / 0.95047, 0.3576 / 0.95047, 0.1805 / 0.95047],
    [0.2126, 0.7152, 0.0722],
    [0.0193 / 1.08883, 0.1192 / 1.08883, 0.9505 / 1.08883],
  ];
  const clipped = times(sight, linear(colour)).map((part) => Math.min(1, Math.max(0, part)));
  const [x = 0, y = 0, z = 0] = times(toXyz, clipped).map((part) => (part > 0.008856 ? Math.cbrt(part) : 7.787 * part + 16 / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

describe.each<[string, Palette]>([
  ["light", LIGHT],
  ["dark", DARK],
])("the %s palette", (_, palette) => {
  test("no two roles share a colour", () => {
    expect(new Set(Object.values(palette)).size).toBe(Object.keys(palette).length);
  });

  test("texts can be read and marks be seen on its paper", () => {
    for (const role of ["ink", "muted"] as const) expect(contrast(palette[role], palette.paper), role).toBeGreaterThan(TEXT_CONTRAST);
    for (const role of SERIES) expect(contrast(palette[role], palette.paper), role).toBeGreaterThan(MARK_CONTRAST);
  });
});

describe.each(Object.entries(SIGHTS))("with %s sight", (_, sight) => {
  test.each([
    ["light", LIGHT],
    ["dark", DARK],
  ])("any two series of the %s palette can be told apart", (_, palette) => {
    for (const [place, one] of SERIES.entries())
      for (const other of SERIES.slice(place + 1)) {
        const [first, second] = [seen(palette[one], sight), seen(palette[other], sight)];
        // Of CIE76: 2.3 is just noticeable side by side.
        expect(Math.hypot(...first.map((part, at) => part - (second[at] as number))), `${one} and ${other}`).toBeGreaterThan(12);
      }
  });
});

test("recolouring replaces the palette's colours everywhere but in data", () => {
  const spec = { config: { color: LIGHT.mark, list: [LIGHT.long, "red"] }, datasets: { rows: [{ side: LIGHT.long }] } };
  expect(recolour(spec, (role) => `var(--${role})`)).toEqual({
    config: { color: "var(--mark)", list: ["var(--long)", "red"] },
    datasets: { rows: [{ side: LIGHT.long }] },
  });
});
