/** What notebooks are given to show. */
import { expect, test } from "vitest";
import { chart, DISPLAY, table } from "../../index.ts";

test("a chart is Vega-Lite, and the same as SVG", async () => {
  const spec = { title: "a & b", data: { values: [{ x: 1, y: 2 }] }, mark: "point", encoding: { x: { field: "x" }, y: { field: "y" } } };
  const shown = await chart(spec);
  const media = shown[DISPLAY]();
  expect(Object.keys(media).sort()).toEqual(["application/vnd.vegalite.v5+json", "image/svg+xml", "text/plain"]);
  expect(media["application/vnd.vegalite.v5+json"]).toMatchObject({ ...spec, $schema: expect.stringContaining("/v5.json") });
  expect(media["image/svg+xml"]).toMatch(/^<svg/);
  expect(media["text/plain"]).toBe("chart: a & b");
  // Neither dark nor light paper of the notebook is seen through it.
  expect(media["application/vnd.vegalite.v5+json"]).toMatchObject({ background: "#ffffff" });
  expect((await chart(spec)).svg).toBe(shown.svg);
});

test("DISPLAY is what the kernel looks for", () => {
  expect(DISPLAY).toBe(Symbol.for("Jupyter.display"));
});

test("a table groups numbers, escapes texts, and says what it leaves out", () => {
  const rows = [
    { name: "<b>", value: 1234.5678, none: null },
    { name: "c", value: -2, none: null },
    { name: "d", value: 3, none: null },
  ];
  const media = table(rows, { most: 2, decimals: 1 })[DISPLAY]();
  expect(media["text/plain"]).toBe("name    value  none\n<b>   1,234.6\nc          -2\n… and 1 more");
  expect(media["text/html"]).toContain('<td style="text-align:left">&lt;b&gt;</td><td style="text-align:right">1,234.6</td>');
  expect(media["text/html"]).not.toContain("<b>");
});

test("columns are chosen, ordered and headed", () => {
  const media = table([{ a: 1, b: 2 }], { columns: { b: "second", a: "first" } })[DISPLAY]();
  expect(media["text/plain"]).toBe("second  first\n     2      1");
  expect(table([])[DISPLAY]()["text/plain"]).toBe("");
});
