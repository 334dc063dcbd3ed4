import { expect, test } from "vitest";
import type { ResolvedScenario } from "../../../data/scenario/scenario-schema.ts";
import { asNamed, scenarioToRead } from "../../../lab/sweep/read-at.ts";

const moved = { "bars.csv": "/tmp/copy/bars.csv" };
const instruments = [{ symbol: "BTC" }, { symbol: "ETH" }];

test("files are read elsewhere in shocks of either form, and nothing else changes", () => {
  const one = {
    name: "bars.csv",
    instruments: [{ symbol: "BTC" }],
    shock: { from: "bars.csv", table: "bars.csv" },
  } as unknown as ResolvedScenario;
  expect(scenarioToRead(one, moved)).toEqual({ ...one, shock: { from: "/tmp/copy/bars.csv", table: "bars.csv" } });
  const shock = { BTC: { generate: "bootstrap", bars: "bars.csv" }, ETH: { from: "other.csv" } };
  const several = { instruments, shock } as unknown as ResolvedScenario;
  expect(scenarioToRead(several, moved)).toEqual({
    instruments,
    shock: { BTC: { generate: "bootstrap", bars: "/tmp/copy/bars.csv" }, ETH: { from: "other.csv" } },
  });
  expect(one.shock).toEqual({ from: "bars.csv", table: "bars.csv" });
});

test("messages have the scenario's names", () => {
  expect(asNamed("/tmp/copy/bars.csv: covers too little", moved)).toBe("bars.csv: covers too little");
});
