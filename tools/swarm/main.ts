/** `npm run swarm -- --seconds 60`: random venues, scenarios and crowds, a seed each, run with every invariant on. */
import { Command, InvalidArgumentError } from "commander";
import { drawScenario } from "./scenario.ts";
import { type SwarmOptions, swarm } from "./swarm.ts";

const HELP = `
A seed alone decides venue, scenario and crowd. Some seeds are run twice, of some the tables are written and audited;
with --seed both. Exit code 1 when a seed fails.

Examples:
  $ npm run swarm -- --seconds 600
  $ npm run swarm -- --seed 123
  $ npm run -s swarm -- --seed 123 --print > seed-123.json && npx breakwater run seed-123.json
`;

await new Command("swarm")
  .description("run random venues, scenarios and crowds with every invariant on, one a seed, until the time is over or one fails")
  .option("--seconds <n>", "how long to go on; the seed begun last is finished", wholeNumber, 60)
  .option("--first <n>", "seed to begin with; the others follow", wholeNumber, 1)
  .option("--seed <n>", "only this seed, with every check there is", wholeNumber)
  .option("--print", "with --seed: print its scenario and run nothing")
  .addHelpText("after", HELP)
  .action(act)
  .parseAsync();

async function act(options: SwarmOptions & { readonly print?: boolean }, command: Command): Promise<void> {
  const { seed } = options;
  if (options.print !== true) {
    if (!(await swarm(options, (line) => process.stdout.write(`${line}\n`)))) process.exitCode = 1;
  } else if (seed === undefined) command.error("error: --print needs --seed");
  else process.stdout.write(`${JSON.stringify(drawScenario(seed), null, 2)}\n`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError("expected a whole number of at least 0.");
  return value;
}
