/** Where the queue is: the URL of a PostgreSQL database, which may hold a password that nothing may print. */
import { InputError } from "../../sim/index.ts";

/** Names the option or variable that the URL came from. */
export interface QueueAddress {
  readonly url: string;
  /** What errors name: `--queue` or `BREAKWATER_QUEUE`. */
  readonly source: string;
  /** For messages: the URL without password and parameters. */
  readonly shown: string;
}

/** The environment variable that has the URL, so that it need not stand in a list of processes. */
export const QUEUE_VARIABLE = "BREAKWATER_QUEUE";

/**
 * Reads the URL of a queue.
 * @param given with the option; true where the option has no value, undefined where it is not there
 * @throws InputError when there is none, or it is no URL of PostgreSQL; it never quotes the URL
 */
export function queueAddress(given: string | true | undefined, environment: NodeJS.ProcessEnv): QueueAddress {
  const fromVariable = environment[QUEUE_VARIABLE] ?? "";
  const source = typeof given === "string" ? "--queue" : QUEUE_VARIABLE;
  const url = typeof given === "string" ? given : fromVariable;
  if (url === "")
    throw new InputError("--queue", `expected postgres://user:password@host/database, here or in ${QUEUE_VARIABLE}, got none`);
  const parsed = parse(url);
  if (parsed === null) throw new InputError(source, "expected postgres://user:password@host/database, got something else");
  return {
    url: withoutAliases(url),
    source,
    shown: `${parsed.protocol}//${parsed.username === "" ? "" : `${parsed.username}@`}${parsed.host}${parsed.pathname}`,
  };
}

/** The client takes these three for `verify-full`, and says so in several lines of warning. With `uselibpqcompat` they are what they are in libpq. */
function withoutAliases(url: string): string {
  if (/[?&]uselibpqcompat=true(&|$)/.test(url)) return url;
  return url.replaceAll(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/g, "$1verify-full");
}

function parse(url: string): URL | null {
  if (!/^postgres(ql)?:\/\//.test(url)) return null;
  try {
    return new URL(url);
  } catch {
    return null;
  }
}
