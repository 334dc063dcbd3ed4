/** The list of exports at the end of `docs/api.md`, as the code has them. */
import { TABLES } from "../../sim/tables.ts";
import { type DocumentedExport, publicExports } from "./exports.ts";

/** What follows it is made. */
const MARK = "<!-- Made by `npm run api` from the doc comments of what `index.ts` exports. -->";

/** Sections of the list: the first whose pattern matches the declaring file has the export. */
const SECTIONS: readonly (readonly [title: string, file: RegExp])[] = [
  [
    "Scenarios, runs, sweeps, results",
    /^api\/(scenario|run|results|sweep)\.ts$|sweep-analysis|scenario-schema|run-directory|query-stream|^data\/store\/values/,
  ],
  ["Notebooks and pictures", /^api\/display\.ts$|^reports\//],
  ["Statistics and designs", /^lab\/(statistics|design)\//],
  ["Calculators", /^api\/calculators\.ts$|^lab\/adl-batch|^data\/(adl|margin)\//],
  ["Own agents and policies", /^agents\/|^lab\/extensions\.ts$|^sim\/agent\.ts$|^sim\/clearing\/adl\//],
  ["In single steps: scenario, experiment, tables, audit", /^(data|lab)\//],
  ["The engine, also as `breakwater/sim`", /^sim\//],
];

/** The document with its list of exports made anew. */
export function apiDocument(before: string): string {
  const head = before.split(MARK)[0] as string;
  const left = new Set(publicExports());
  const sections = SECTIONS.map(([title, file]) => {
    const own = [...left].filter((one) => file.test(one.file));
    for (const one of own) left.delete(one);
    return `### ${title}\n\n| export | what it is |\n| --- | --- |\n${own.map(line).join("\n")}\n`;
  });
  const [stray] = left;
  if (stray !== undefined) throw new Error(`Cannot list ${stray.name} of ${stray.file}: no section has it`);
  return `${head}${MARK}\n\n${sections.join("\n")}`;
}

function line({ name, isType, summary, file }: DocumentedExport): string {
  const table = file === "sim/tables.ts" ? TABLES.find((schema) => schema.name.toUpperCase() === name) : undefined;
  const text = table === undefined ? summary : `The table \`${table.name}\`: ${table.meaning}.`;
  return `| \`${name}\`${isType ? " (type)" : ""} | ${text.replaceAll("|", "\\|")} |`;
}
