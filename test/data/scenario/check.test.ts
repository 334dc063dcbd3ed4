import { describe, expect, test } from "vitest";
import { checkDocument } from "../../../data/scenario/check.ts";
import { registries as realRegistries } from "../../../lab/registries.ts";
import { lineOf, registries, smallScenario, smallVenue, useFolder } from "./support.ts";

const folder = useFolder();

describe("what a file is", () => {
  test("a scenario, a venue, an extending venue, by file or bundled name", async () => {
    const kinds: string[] = [];
    const files = [
      smallScenario(),
      smallVenue(),
      { extends: "bitda" },
      { name: "only-contracts", instruments: smallVenue()["instruments"] },
    ];
    for (const content of files) kinds.push((await checkDocument(await folder.write("x.json", content), registries)).kind);
    for (const name of ["flash-crash", "bitda"]) kinds.push((await checkDocument(name, realRegistries)).kind);
    expect(kinds).toEqual(["scenario", "venue", "venue", "venue", "scenario", "venue"]);
  });

  test.each([
    { content: {}, line: "x.json: expected a scenario (with venue, shock, …) or a venue profile (with instruments, mark, …), got {}" },
    { content: { ...smallScenario(), seed: -1 }, line: "x.json: seed: expected a whole number of at least 0, got -1" },
    { content: { ...smallVenue(), instruments: [] }, line: "x.json: instruments: expected at least 1 item, got []" },
    {
      content: { extends: "bitda", adl: { policy: "luck" } },
      line: 'x.json: adl.policy: expected one of "profit-times-leverage", "pro-rata", got "luck"',
    },
    { content: { extends: "okx" }, line: "x.json: extends: okx: expected a file or a bundled venue (bitda), got neither" },
  ])("$line", async ({ content, line }) => {
    const file = await folder.write("x.json", content);
    expect((await lineOf(checkDocument(file, registries))).replaceAll(folder.path("/"), "")).toBe(line);
  });

  test("a name that is nothing lists what there is", async () => {
    expect(await lineOf(checkDocument("nothing", registries))).toBe(
      "nothing: expected a file or a bundled scenario (calm-day, flash-crash, grinding-decline) or a bundled venue (bitda), got neither",
    );
  });
});
