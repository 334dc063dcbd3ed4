/** `docs/agents.md`, from what the kinds of agents say of themselves: `npx vitest run test/tools/agent-guide.test.ts -u` writes it anew. */
import type { z } from "zod";
import type { AgentDefinition } from "../agents/definition.ts";
import { AGENTS } from "../agents/registry.ts";

const INTRODUCTION = `# Agents

<!-- Written from the code by test/tools/agent-guide.test.ts; change agents/*.ts and run it with -u. -->

Who trades in a run: entries of a scenario's \`agents\`, each some agents of one kind. \`breakwater schema scenario\` has all of this for editors;
an unknown parameter is refused by name.

\`\`\`json
{ "agents": [{ "kind": "avellaneda-stoikov", "count": 4 }, { "kind": "whale", "side": "long", "exitAt": "20m" }] }
\`\`\`

All of them see what a trader sees: index, mark, best prices, last trade and funding, as old as their \`marketDataDelay\`, and messages about
their own orders and position, \`latencyBack\` old; never the clearing house. Each draws from a random stream of its own, so
that one agent more changes no other's luck (TIME-2), and at every look, or for every position, as many numbers whatever it sees. Amounts are in the settlement asset, prices and distances in parts of the price, so
that a kind means the same for every contract. A refused command (ORDER-4) is tried again at a later look, or given up.

Fields that every entry has beside those of its kind:

| field | default | meaning |
|---|---|---|
| \`kind\` | | one of the kinds below |
| \`count\` | \`1\` | agents of this entry, on each contract |
| \`instrument\` | | symbol of the one contract that they trade; left out: on every contract \`count\` of them |
| \`marginMode\` | \`"isolated"\` | whether each margins its positions one by one or together, \`"cross"\` (ACCT-2) |
| \`collateral\` | | amounts of other assets that each has, by symbol (ACCT-6) |
`;

const OWN = `## One of one's own

An agent is an object with two functions (\`sim/agent.ts\` has all of it with units): \`wake\` is called with market data when it asked for it and acts through its desk, \`receive\` is told what
became of its orders. Prices are in ticks, sizes in lots. This one buys once, when the index has fallen by a tenth:

\`\`\`ts
import { BUY, registries, resolveScenario, Simulation, simulationInput } from "breakwater";

const scenario = await resolveScenario("flash-crash", { sets: ["population.accounts=300"], registries });
const input = await simulationInput(scenario);
let [firstTicks, boughtLots] = [0, 0];
const agent = {
  wake({ indexTicks }, desk) {
    firstTicks ||= indexTicks;
    if (indexTicks < 0.9 * firstTicks) desk.market(BUY, 1000);
    else desk.wakeIn(1_000_000);
  },
  receive(message) {
    if (message.kind === "filled") boughtLots += message.lots;
  },
};
const delays = { latencyUs: 20_000, latencyBackUs: 20_000, marketDataDelayUs: 20_000, firstWakeUs: 0 };
const dipBuyer = { name: "dip-buyer/1.1", agent, depositQuanta: 1e12, leverageHundredths: 500, ...delays };
const { record } = new Simulation({ ...input, agents: [...input.agents, dipBuyer] }).run();
console.log(boughtLots, record.trades.rowCount > 0);
\`\`\`

An agent that decides by chance draws from a stream of its own (\`createStream(seed, "agent/dip-buyer/1.1")\`), never from \`Math.random\`: then a run stays the same run. With
\`state\` and \`restore\` it is part of snapshots. A kind for everybody is a file in \`agents/\` and a line in \`agents/registry.ts\`. The notebook \`writing-your-own-agent\` goes through it
step by step.`;

/** Fields that all kinds have, without a default of a kind's own: in the table of fields that every entry has. */
const SHARED = ["latencyBack", "marketDataDelay"];

/** The whole guide, as Markdown. */
export function agentGuide(): string {
  const kinds = Object.values(AGENTS) as unknown as readonly AgentDefinition[];
  const [first] = kinds as [AgentDefinition];
  const shared = rowsOf(first).filter(({ name }) => SHARED.includes(name));
  return `${[`${INTRODUCTION}${shared.map(line).join("\n")}`, ...kinds.map(section), OWN].join("\n\n")}\n`;
}

interface Row {
  readonly name: string;
  readonly initial: string;
  readonly meaning: string;
}

function section(definition: AgentDefinition): string {
  const rows = rowsOf(definition).filter(({ name }) => !SHARED.includes(name));
  return [
    `## \`${definition.kind}\`\n\n${definition.summary}`,
    `*Source:* ${definition.source}`,
    `| parameter | default | meaning |\n|---|---|---|\n${rows.map(line).join("\n")}`,
  ].join("\n\n");
}

/**
 * Parameters of a kind with default and meaning.
 * @throws Error naming one that has no description
 */
function rowsOf({ kind, parameters }: AgentDefinition): Row[] {
  const defaults = parameters.parse({}) as Readonly<Record<string, unknown>>;
  return Object.entries(parameters.shape as Readonly<Record<string, z.ZodType>>).map(([name, schema]) => {
    const { description } = schema;
    if (description === undefined) throw new Error(`agents: ${kind}: ${name} has no description`);
    return { name, initial: defaults[name] === undefined ? "" : ` \`${textOf(defaults[name])}\``, meaning: description };
  });
}

/** A default as a scenario has it; of lists of values and weights only these. */
function textOf(value: unknown): string {
  if (!Array.isArray(value)) return JSON.stringify(value);
  return value.map(({ value: one, weight }: { value: string; weight: number }) => `${one}: ${weight}`).join(", ");
}

function line({ name, initial, meaning }: Row): string {
  return `| \`${name}\` |${initial} | ${meaning} |`;
}
