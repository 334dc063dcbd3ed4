/** A server on this machine that stands for a public archive, with the manners and bad habits of servers. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a test may tell the server to do with a path. */
export interface Habit {
  /** Sends so many bytes and breaks off, this many times; before it does it awaits that the client has `size` bytes in all. */
  breakAfter?: { bytes: number; times: number; arrived?: (size: number) => Promise<void> };
  /** Knows no ranges. */
  ignoresRange?: boolean;
  /** Says nothing after its headers. */
  hangs?: boolean;
  /** Answers with this status, so many times. */
  status?: { code: number; times: number };
}

/** The archive: files by path, and what was asked of it. */
export class ArchiveServer {
  readonly files = new Map<string, Uint8Array>();
  readonly habits = new Map<string, Habit>();
  /** `GET /path` or `GET /path bytes=5-`, in order. */
  readonly requests: string[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** Starts listening. @returns the address */
  async start(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** Adds a file and its checksum. */
  add(path: string, bytes: Uint8Array): void {
    const sum = createHash("sha256").update(bytes).digest("hex");
    this.files.set(path, bytes);
    this.files.set(`${path}.CHECKSUM`, Buffer.from(`${sum}  ${path.split("/").at(-1)}\n`));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent((request.url ?? "").slice(1));
    const { range } = request.headers;
    this.requests.push(`${request.method} ${path}${range === undefined ? "" : ` ${range}`}`);
    const habit = this.habits.get(path) ?? {};
    if (habit.status !== undefined && habit.status.times-- > 0) {
      response.writeHead(habit.status.code).end("<html>busy</html>");
      return;
    }
    const bytes = this.files.get(path);
    if (bytes === undefined) {
      response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
      return;
    }
    const from = habit.ignoresRange === true ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    if (from > 0 && from >= bytes.length) {
      response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
      return;
    }
    const body = bytes.subarray(from);
    const ranged = from > 0 ? { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {};
    response.writeHead(from > 0 ? 206 : 200, { "content-length": body.length, ...ranged });
    if (habit.hangs === true) response.write(body.subarray(0, 1));
    else if (habit.breakAfter !== undefined && habit.breakAfter.times-- > 0) {
      const { bytes: sent, arrived } = habit.breakAfter;
      response.write(body.subarray(0, sent), () => (arrived?.(from + sent) ?? Promise.resolve()).then(() => response.destroy()));
    } else response.end(body);
  }
}
