import { expect, test } from "vitest";
import { AGENTS } from "../../agents/registry.ts";
import { agentGuide } from "../../tools/agent-guide.ts";

test("docs/agents.md is what the kinds of agents say of themselves: run this with -u after a change", async () => {
  await expect(agentGuide()).toMatchFileSnapshot("../../docs/agents.md");
});

test("every kind says what it does, whom it follows, and what each parameter means in which unit", () => {
  for (const [kind, definition] of Object.entries(AGENTS)) {
    expect(definition.kind).toBe(kind);
    expect(definition.summary.length, kind).toBeGreaterThan(60);
    expect(definition.source.length, kind).toBeGreaterThan(40);
  }
  for (const kind of Object.keys(AGENTS)) expect(agentGuide()).toContain(`## \`${kind}\``);
});
