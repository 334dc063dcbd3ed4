import { describe, expect, test } from "vitest";
import { DARK, LIGHT, type Palette, type Role, recolour } from "../../reports/theme.ts";

const SERIES: readonly Role[] = ["mark", "long", "short", "market", "fund", "adl", "residual"];
/** Text has to be read, marks only to be seen (WCAG 1.4.3 and 1.4.11, the latter relaxed for large areas). */
const TEXT_CONTRAST = 4.5;
const MARK_CONTRAST = 1.9;

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
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

test("recolouring replaces the palette's colours everywhere but in data", () => {
  const spec = { config: { color: LIGHT.mark, list: [LIGHT.long, "red"] }, datasets: { rows: [{ side: LIGHT.long }] } };
  expect(recolour(spec, (role) => `var(--${role})`)).toEqual({
    config: { color: "var(--mark)", list: ["var(--long)", "red"] },
    datasets: { rows: [{ side: LIGHT.long }] },
  });
});
