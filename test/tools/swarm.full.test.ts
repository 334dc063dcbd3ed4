import { expect, test } from "vitest";
import { node } from "../checkout.ts";

const swarm = (...words: string[]) => node(["--import", "tsx", "tools/swarm/main.ts", ...words]);

test("CONS-1 CONS-2 CONS-3 TIME-3: twenty seconds of the swarm find nothing", async () => {
  const ended = await swarm("--seconds", "20");
  // What it says names the seed that failed.
  expect(`${ended.stdout}${ended.stderr}`).not.toContain("failed");
  expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
  console.info(ended.stdout.trim().split("\n").at(-1));
});

test("one seed can be printed as a scenario, and a wrong command line is refused", async () => {
  const printed = await swarm("--seed", "5", "--print");
  expect(JSON.parse(printed.stdout)).toMatchObject({ name: "swarm-5", seed: 5 });
  expect(await swarm("--print")).toMatchObject({ exitCode: 1, stderr: "error: --print needs --seed\n" });
  expect(await swarm("--seed", "x")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("expected a whole number") });
});
