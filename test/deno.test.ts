import { expect, test } from "vitest";
import { Digest } from "../sim/kernel/digest.ts";
import { deno } from "./checkout.ts";

const SOURCE = `
  import { Digest, parseWhole } from "breakwater/sim";
  import * as face from "breakwater";
  const digest: Digest = new Digest();
  digest.text("breakwater");
  digest.number(parseWhole("0.3", "0.1", "here"));
  console.log(JSON.stringify({ hex: digest.hex(), same: face.Digest === Digest }));
`;

test("TIME-3: Deno runs the sources unbuilt, under the package's name, and digests as Node does", async () => {
  const ended = await deno(["eval", "--ext=ts", SOURCE]);
  const digest = new Digest();
  digest.text("breakwater");
  digest.number(3);
  expect(ended.stderr).toBe("");
  expect(JSON.parse(ended.stdout)).toEqual({ hex: digest.hex(), same: true });
});
