import { expect, test } from "vitest";
import { queueAddress } from "../../../lab/queue/address.ts";

test("the option is before the variable, and neither password nor parameters are shown", () => {
  const environment = { BREAKWATER_QUEUE: "postgres://other/x" };
  expect(queueAddress("postgresql://me:secret@db.example:5433/runs?sslmode=verify-full&password=secret", environment)).toMatchObject({
    source: "--queue",
    shown: "postgresql://me@db.example:5433/runs",
  });
  expect(queueAddress(true, environment)).toMatchObject({ url: "postgres://other/x", source: "BREAKWATER_QUEUE" });
  expect(queueAddress(undefined, environment).shown).toBe("postgres://other/x");
});

test.each(["mysql://me:secret@host/x", "secret", "postgres://me:secret@host:notaport/x"])("%s is refused and not quoted", (url) => {
  expect(() => queueAddress(url, {})).toThrow(/^--queue: expected postgres:\/\/user:password@host\/database, got something else$/);
  expect(() => queueAddress(undefined, {})).toThrow(/^--queue: expected .* got none$/);
});

test.each([
  ["postgres://host/x?sslmode=require", "postgres://host/x?sslmode=verify-full"],
  ["postgres://host/x?sslmode=prefer&sslrootcert=a", "postgres://host/x?sslmode=verify-full&sslrootcert=a"],
  ["postgres://host/x?a=b&sslmode=verify-ca", "postgres://host/x?a=b&sslmode=verify-full"],
  ["postgres://host/x?sslmode=disable", "postgres://host/x?sslmode=disable"],
  ["postgres://host/x?uselibpqcompat=true&sslmode=require", "postgres://host/x?uselibpqcompat=true&sslmode=require"],
])("modes that the client takes for verify-full are given to it as that: %s", (given, url) => {
  expect(queueAddress(given, {}).url).toBe(url);
});
