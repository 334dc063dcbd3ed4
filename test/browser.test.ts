import { describe, expect, test } from "vitest";
import { browserPath } from "./browser.ts";

const NO_PATH = { PATH: "" };
const found = browserPath(NO_PATH);

describe("where a browser is to be had", () => {
  test("a path is used as given", () => {
    expect(browserPath({ BREAKWATER_BROWSER: process.execPath })).toEqual({ path: process.execPath });
  });

  test("a path with nothing there is an error that names it", () => {
    expect(() => browserPath({ BREAKWATER_BROWSER: "/nowhere/chromium" })).toThrow("/nowhere/chromium");
  });

  test.skipIf("path" in found)("none is a reason to skip, and an error where one is required", () => {
    expect(found).toHaveProperty("skip");
    expect(() => browserPath({ ...NO_PATH, BREAKWATER_BROWSER: "required" })).toThrow("required");
  });

  test.skipIf("skip" in found)("one that is installed is found even outside PATH", () => {
    expect(browserPath({ ...NO_PATH, BREAKWATER_BROWSER: "required" })).toEqual(found);
  });
});
