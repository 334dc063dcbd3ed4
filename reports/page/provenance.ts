/** Where a report's numbers come from: scenario, seed, digest, versions, and how to get them again. */
import { count, plural } from "../format.ts";
import { type Hole, html, type Markup } from "../html.ts";
import type { Run } from "../run.ts";

/** The commands that reproduce the run from its directory alone. */
export function reproduceCommands(run: Run): string[] {
  const { seed } = run.manifest;
  return [
    `node -p "JSON.stringify(JSON.parse(fs.readFileSync('manifest.json')).scenario)" > scenario.json`,
    `breakwater run scenario.json --seed ${seed} --out again`,
  ];
}

/** Seed, digest, version, commands and the scenario as it was resolved; what depends on clock and machine stands in the manifest alone. */
export function provenanceSection(run: Run): Markup {
  const { manifest, summary } = run;
  const entries: readonly (readonly [string, Hole])[] = [
    ["Scenario", manifest.scenario.name],
    ["Venue", summary.venue],
    ["Seed", String(manifest.seed)],
    ["Digest", html`<code>${manifest.digest}</code>`],
    ["Breakwater", `${manifest.breakwater}, format version ${manifest.formatVersion}`],
    ["Conservation", `${plural(summary.conservation.checks, "check")}, ${count(summary.conservation.violations)} violations`],
  ];
  const scenario = JSON.stringify(manifest.scenario, null, 2);
  return html`<section id="provenance"><h2>How to get these numbers again</h2>
<p>The same scenario and seed give the same digest and the same tables, on any machine. In the run's directory:</p>
<pre>${reproduceCommands(run).join("\n")}</pre>
<dl class="provenance">${entries.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<details><summary>Scenario as resolved</summary>
<p class="save"><a download="scenario.json" href="data:application/json;charset=utf-8,${encodeURIComponent(scenario)}">Save as scenario.json</a></p>
<pre>${scenario}</pre></details></section>`;
}
