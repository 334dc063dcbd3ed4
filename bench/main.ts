/**
 * `npm run bench -- NAME [--json] [--fills N] [--runs N]`: one benchmark by name, with its median, spread, ratios and a digest.
 */
import { parseArgs } from "node:util";
import { benchMoney } from "./money.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean" }, fills: { type: "string", default: "1000000" }, runs: { type: "string", default: "7" } },
});
const NAMES = ["money"];
if (positionals.length !== 1 || !NAMES.includes(positionals[0] as string)) {
  process.stderr.write(`bench: expected one of ${NAMES.join(", ")}, got ${JSON.stringify(positionals.join(" "))}\n`);
  process.exit(2);
}
const result = benchMoney(Number(values.fills), Number(values.runs));
if (values.json === true) process.stdout.write(`${JSON.stringify(result)}\n`);
else {
  const { nsPerFill, ratios } = result;
  for (const [name, { median, least, most }] of Object.entries(nsPerFill)) {
    process.stdout.write(`${name.padEnd(8)} ${median.toFixed(1)} ns a fill (${least.toFixed(1)} to ${most.toFixed(1)})\n`);
  }
  process.stdout.write(
    `house is ${ratios.houseToDoubles.toFixed(2)}× doubles, ${ratios.oracleToHouse.toFixed(0)}× faster than the oracle\n`,
  );
  process.stdout.write(
    `heap ${result.heapBytesPerFill.toFixed(3)} bytes a fill, oracle ${result.oracleAgrees ? "agrees" : "DISAGREES"}, digest ${result.digest}\n`,
  );
}
