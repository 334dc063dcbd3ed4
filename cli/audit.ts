/** `breakwater audit DIR`: rebuilds every balance of a run from its recorded events. */
import type { Command } from "commander";
import { type AuditReport, auditRun, type Checked } from "../data/audit/audit.ts";
import { differenceLine } from "../data/audit/findings.ts";

/** So many differences are printed; `--json` has more. */
const SHOWN = 20;

const HELP = `
Every account, the insurance fund and the house are rebuilt from the start of the accounts and the recorded
trades, takeovers, nettings, auto-deleveragings and fund movements, by arithmetic of its own, and compared
with the final tables. Exit code 0 when all agrees, 1 with one line a difference when not, 2 when the
directory is not that of a run.

Examples:
  $ breakwater audit out/flash-crash-7
  $ breakwater audit out/flash-crash-7 --json
`;

/** Adds the command to the program. */
export function registerAudit(program: Command): void {
  program
    .command("audit")
    .description("rebuild every balance of a run from its recorded events and compare")
    .argument("<dir>", "directory of a run")
    .option("--json", "print one JSON document")
    .addHelpText("after", HELP)
    .action(audit);
}

async function audit(directory: string, options: { readonly json?: boolean }): Promise<void> {
  const report = await auditRun(directory);
  process.stdout.write(options.json === true ? `${JSON.stringify(report)}\n` : tableOf(report));
  const { differenceCount } = report;
  if (differenceCount > 0) throw new Error(`${directory}: ${differenceCount} ${differenceCount === 1 ? "difference" : "differences"}`);
}

function tableOf({ checked, differenceCount, differences }: AuditReport): string {
  const rows: (readonly [string, number | string])[] = [
    ...Object.entries(checked satisfies Checked),
    ["differences", differenceCount === 0 ? "none" : differenceCount],
  ];
  const table = rows.map(([name, value]) => `${name.padEnd(12)}  ${typeof value === "number" ? separate(value) : value}\n`).join("");
  const lines = differences.slice(0, SHOWN).map((difference) => `${differenceLine(difference)}\n`);
  const left = differenceCount - lines.length;
  return `${table}${lines.join("")}${left > 0 ? `… and ${separate(left)} more\n` : ""}`;
}

function separate(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
