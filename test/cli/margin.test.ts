import { describe, expect, test } from "vitest";
import { registerMargin } from "../../cli/margin.ts";
import { bundledNames } from "../../data/scenario/bundled.ts";
import { resolveVenue } from "../../data/scenario/resolve.ts";
import { registries } from "../../lab/registries.ts";
import { formatWhole } from "../../sim/venue/decimal.ts";
import { useFolder } from "../data/scenario/support.ts";
import { runCommand } from "./captured.ts";

const folder = useFolder();

const account = (more: Record<string, unknown> = {}) => ({
  venue: "bitda",
  instruments: ["BTC-USDT"],
  account: { balances: { USDT: "1000" } },
  positions: [{ instrument: "BTC-USDT", side: "short", size: "1.5", entryPrice: "50000", marginMode: "isolated", margin: "400" }],
  marks: { "BTC-USDT": "50100" },
  ...more,
});

describe("breakwater margin", () => {
  test("MARGIN-3 prints aligned figures with units of their own", async () => {
    const file = await folder.write("account.json", account());
    const { exitCode, output } = await runCommand(registerMargin, "margin", file);
    expect(exitCode).toBe(0);
    expect(output).toContain("position            BTC-USDT short\n");
    expect(output).toMatch(/\nmaintenance margin +300\.6\n/);
    expect(output).toMatch(/\nmargin ratio +73\.93 %\n/);
    expect(output).toMatch(/\nliquidation price +50100\n/);
    expect(output).toMatch(/\nmargin ratio {4}nothing required\n/);
    expect(output.endsWith("\nstatus: full; would close 1.5 of BTC-USDT short\n")).toBe(true);
  });

  test("--json prints one document", async () => {
    const file = await folder.write("account.json", account());
    const { output } = await runCommand(registerMargin, "margin", file, "--json");
    const answer = JSON.parse(output);
    expect(Object.keys(answer)).toEqual(["positions", "account"]);
    expect(answer.positions[0]).toMatchObject({ value: "75150", unrealizedProfit: "-150", requirement: "338.175" });
    expect(answer.account.reductions).toEqual([{ instrument: "BTC-USDT", side: "short", size: "1.5" }]);
  });

  test("INST-6 bad input ends with 2 and one line that names file, field and value", async () => {
    const wrong = await folder.write("wrong.json", account({ marks: { "BTC-USDT": "0.05" } }));
    expect(await runCommand(registerMargin, "margin", wrong)).toEqual({
      exitCode: 2,
      output: "",
      line: `breakwater: ${wrong}: marks.BTC-USDT: expected whole ticks of 0.1, below 2^53 of them, got "0.05"`,
    });
    const missing = await runCommand(registerMargin, "margin", "nothing-here.json");
    expect(missing).toMatchObject({ exitCode: 2, output: "", line: "breakwater: nothing-here.json: no such file" });
    const broken = await folder.write("venue.json", { extends: "bitda", triggerAt: "soon" });
    const nested = await folder.write("nested.json", account({ venue: broken }));
    expect((await runCommand(registerMargin, "margin", nested)).line).toBe(
      `breakwater: ${broken}: triggerAt: expected one of "at-or-below", "below", got "soon"`,
    );
  });

  test("UNIT-1 an overflow is bad input too, with the position and the amount", async () => {
    const positions = [{ instrument: "BTC-USDT", side: "long", size: "9007199254", entryPrice: "50000", marginMode: "cross" }];
    const file = await folder.write("huge.json", account({ positions }));
    const { exitCode, line } = await runCommand(registerMargin, "margin", file);
    expect(exitCode).toBe(2);
    expect(line).toMatch(/huge\.json: account: Cannot book .*: \d+ is beyond ±\(2\^53 − 1\)$/);
  });

  test("MARGIN-1 answers for every contract of every bundled venue", async () => {
    for (const name of await bundledNames("venue")) {
      const venue = await resolveVenue(name, registries);
      const held = venue.instruments.map(({ symbol, lotSize, tickSize }) => {
        const mark = formatWhole(Math.ceil(1000 / Number(tickSize)), tickSize);
        return { symbol, mark, lotSize };
      });
      const file = await folder.write(`${name}.json`, {
        venue: name,
        account: { balances: Object.fromEntries(venue.instruments.map(({ settle }) => [settle, "1000"])) },
        positions: held.map(({ symbol, mark, lotSize }) => ({ instrument: symbol, side: "long", size: lotSize, entryPrice: mark })),
        marks: Object.fromEntries(held.map(({ symbol, mark }) => [symbol, mark])),
      });
      const { output, line } = await runCommand(registerMargin, "margin", file, "--json");
      expect(line).toBe(null);
      expect(JSON.parse(output).positions.map(({ instrument }: { instrument: string }) => instrument)).toEqual(
        held.map(({ symbol }) => symbol),
      );
    }
  });
});
