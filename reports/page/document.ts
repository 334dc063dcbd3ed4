/**
 * The page every report is: one HTML file with style, charts, their data and the libraries
 * that draw them. It asks for nothing from any network, and its content security policy
 * would not let it.
 */
import { readFile } from "node:fs/promises";
import { embedJson, embedScript, type Hole, html, Markup } from "../html.ts";
import { AXIS_WIDTH, chartConfig, DARK, LIGHT, type Palette, RIGHT_MARGIN, type Role, recolour } from "../theme.ts";
import { type Library, readLibraries } from "../vendor.ts";
import type { PageChart } from "./figure.ts";

/** Vega compiles its expressions, hence `unsafe-eval`; nothing may be fetched. */
const POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:";
const PAGE_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif';

/** What stands in a page. */
export interface PageContent {
  readonly title: string;
  /** Version of Breakwater that made what the page shows. */
  readonly version: string;
  /** Everything between the top of the page and its footer. */
  readonly body: Hole;
  /** The charts whose figures stand in `body`. */
  readonly charts: readonly PageChart[];
  readonly footer: string;
}

/** Where a report says that its charts need a script. */
export const NO_SCRIPT: Markup = html`<noscript><section><p class="nothing">The charts are drawn by a script within this file, which the browser does not run.</p></section></noscript>`;

/** The whole page as one self-contained HTML document; the same content gives the same bytes. */
export async function htmlPage({ title, version, body, charts, footer }: PageContent): Promise<string> {
  const [style, script, save, controls, libraries] = await Promise.all([
    readFile(new URL("style.css", import.meta.url), "utf8"),
    readFile(new URL("script.js", import.meta.url), "utf8"),
    readFile(new URL("save.js", import.meta.url), "utf8"),
    readFile(new URL("controls.js", import.meta.url), "utf8"),
    readLibraries(),
  ]);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Breakwater ${version}">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(style.replace("/*PALETTES*/", palettes()))}</style>
</head>
<body>
<main>
${body}
<footer>${footer}</footer>
</main>
<script type="application/json" id="report-data">${pageData(charts)}</script>
${libraries.map(libraryScript)}
<script>${embedScript(script + save + controls)}</script>
</body>
</html>
`;
  return page.text;
}

/** The charts in colours of the page's CSS variables and its font; `paper` are the colours of a saved picture. */
function pageData(charts: readonly PageChart[]): Markup {
  const drawn = charts.flatMap(({ name, spec }) =>
    spec === null
      ? []
      : [
          {
            name,
            spec: recolour({ ...spec, config: { ...chartConfig(PAGE_FONT), autosize: { type: "pad" } } }, (role) => `var(--${role})`),
          },
        ],
  );
  return embedJson({ charts: drawn, axisWidth: AXIS_WIDTH, rightMargin: RIGHT_MARGIN, paper: LIGHT });
}

function palettes(): string {
  const variables = (palette: Palette) => (Object.keys(palette) as Role[]).map((role) => `--${role}: ${palette[role]};`).join(" ");
  const dark = `--surface: #0e1217; --rule: #29313b; --good: #2fc79b; --bad: #f0853a; --link: #62bdf2; --code: #0f141a;`;
  return `:root { ${variables(LIGHT)} }\n@media screen and (prefers-color-scheme: dark) { :root { ${variables(DARK)} ${dark} } }`;
}

function libraryScript({ name, version, script, licence }: Library): Markup {
  const notice = `/*! ${name} ${version}\n${licence.trim().replaceAll("*/", "* /")}\n*/\n`;
  return html`<script>${embedScript(notice + script)}</script>`;
}
