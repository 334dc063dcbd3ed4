/** The Deno kernel, without Jupyter: started as a process and spoken to in Jupyter's wire protocol over ZeroMQ. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Dealer, Subscriber } from "zeromq";

/** A message of the kernel. */
export interface KernelMessage {
  readonly type: string;
  readonly parent: string;
  readonly content: Record<string, unknown>;
}

const HOST = "127.0.0.1";
/** Messages that a notebook keeps. */
const OUTPUTS: ReadonlySet<string> = new Set(["stream", "display_data", "execute_result", "error"]);
const DELIMITER = "<IDS|MSG>";
const PORT_NAMES = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;
/** Time between two attempts at hearing a kernel that starts, milliseconds. */
const RETRY_MS = 100;

/** A running kernel: close it when done. */
export class Kernel {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #key: string;
  readonly #shell = new Dealer({ linger: 0 });
  readonly #output = new Subscriber({ linger: 0 });
  readonly #ended: Promise<never>;
  readonly #waiting = new Map<string, { readonly take: (message: KernelMessage) => void }>();
  #isClosed = false;

  private constructor(child: ChildProcess, folder: string, key: string) {
    this.#process = child;
    this.#folder = folder;
    this.#key = key;
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    this.#ended = new Promise((_, reject) => {
      child.once("close", (code, signal) => reject(new Error(`The kernel ended with ${signal ?? code}: ${said}`)));
    });
    this.#ended.catch(() => {});
  }

  /**
   * Starts a kernel.
   * @param directory the folder that it works in, as that of a notebook
   */
  static async start(directory: string): Promise<Kernel> {
    const folder = await mkdtemp(join(tmpdir(), "breakwater-kernel-"));
    const ports = await freePorts(PORT_NAMES.length);
    const key = randomUUID();
    const connection = { ip: HOST, transport: "tcp", key, signature_scheme: "hmac-sha256", kernel_name: "deno" };
    const file = join(folder, "connection.json");
    await writeFile(file, JSON.stringify({ ...connection, ...Object.fromEntries(PORT_NAMES.map((name, index) => [name, ports[index]])) }));
    const program = join(dirname(createRequire(import.meta.url).resolve("deno/package.json")), "bin.cjs");
    const child = spawn(process.execPath, [program, "jupyter", "--kernel", "--conn", file], {
      cwd: directory,
      env: { ...process.env, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
      stdio: ["ignore", "ignore", "pipe"],
      // It has a child of its own, which must end with it.
      detached: true,
    });
    const kernel = new Kernel(child, folder, key);
    await kernel.#connect(ports[0] as number, ports[1] as number).catch(async (error) => {
      await kernel.close();
      throw error;
    });
    return kernel;
  }

  /**
   * Runs code as a cell. The kernel may call itself idle before it has published all that a cell put out; so a mark is
   * sent the same ways after it, and what comes before the mark is the cell's.
   * @returns what it put out, in order: messages `stream`, `display_data`, `execute_result` and `error`
   */
  async execute(code: string): Promise<KernelMessage[]> {
    const outputs: KernelMessage[] = [];
    const mark = randomUUID();
    const missing = new Set(["stream", "display_data"]);
    let markSeen = () => {};
    const marked = new Promise<void>((resolve) => {
      markSeen = resolve;
    });
    const take = (message: KernelMessage) => {
      if (!OUTPUTS.has(message.type)) return;
      if (!JSON.stringify(message.content).includes(mark)) return void outputs.push(message);
      const before = message.type === "stream" ? String(message.content["text"]).replace(`${mark}\n`, "") : "";
      if (before !== "") outputs.push({ ...message, content: { ...message.content, text: before } });
      missing.delete(message.type);
      if (missing.size === 0) markSeen();
    };
    await this.#run(code, take);
    const shown = `{ data: { "text/plain": "${mark}" }, metadata: {}, transient: {} }`;
    await this.#run(`console.log("${mark}"); await Deno.jupyter.broadcast("display_data", ${shown});`, take);
    await Promise.race([marked, this.#ended]);
    this.#waiting.clear();
    return outputs;
  }

  /** Sends a cell and waits until the kernel is idle; messages are taken from then on too. */
  async #run(code: string, take: (message: KernelMessage) => void): Promise<void> {
    const { id, idle } = this.#untilIdle(take);
    await this.#send("execute_request", id, { code, silent: false, store_history: false, allow_stdin: false, stop_on_error: true });
    await Promise.race([idle, this.#ended]);
  }

  /** Ends the kernel. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#shell.close();
    this.#output.close();
    const { pid, exitCode, signalCode } = this.#process;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      const exited = new Promise((resolve) => this.#process.once("exit", resolve));
      process.kill(-pid, "SIGKILL");
      await exited;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Waits until both channels are there: what is published before a subscriber has joined is lost. */
  async #connect(shellPort: number, outputPort: number): Promise<void> {
    this.#shell.connect(`tcp://${HOST}:${shellPort}`);
    this.#output.connect(`tcp://${HOST}:${outputPort}`);
    this.#output.subscribe();
    void this.#listen();
    void this.#discardReplies();
    for (;;) {
      const asked = this.#untilIdle(() => {});
      await this.#send("kernel_info_request", asked.id, {});
      const timer = new Promise<"late">((resolve) => setTimeout(resolve, RETRY_MS, "late"));
      if ((await Promise.race([asked.idle, this.#ended, timer])) === "late") continue;
      this.#waiting.clear();
      return;
    }
  }

  #untilIdle(take: (message: KernelMessage) => void): { readonly id: string; readonly idle: Promise<void> } {
    const id = randomUUID();
    const idle = new Promise<void>((resolve) => {
      this.#waiting.set(id, {
        take: (message) => {
          if (message.type !== "status") return take(message);
          if (message.content["execution_state"] === "idle") resolve();
        },
      });
    });
    return { id, idle };
  }

  async #listen(): Promise<void> {
    for await (const frames of this.#output) {
      const message = this.#read(frames);
      if (message !== null) this.#waiting.get(message.parent)?.take(message);
    }
  }

  /** All that matters is published: replies are taken so that none waits. */
  async #discardReplies(): Promise<void> {
    for await (const _ of this.#shell);
  }

  async #send(type: string, id: string, content: Record<string, unknown>): Promise<void> {
    const header = { msg_id: id, session: this.#folder, username: "", date: new Date().toISOString(), msg_type: type, version: "5.3" };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    await this.#shell.send([DELIMITER, this.#sign(parts), ...parts]);
  }

  #sign(parts: readonly (string | Buffer)[]): string {
    const hmac = createHmac("sha256", this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  /** A message, or null for one that the kernel did not sign. */
  #read(frames: readonly Buffer[]): KernelMessage | null {
    const start = frames.findIndex((frame) => frame.toString() === DELIMITER);
    const [signature, ...parts] = frames.slice(start + 1, start + 6) as [Buffer, Buffer, Buffer, Buffer, Buffer];
    if (start === -1 || signature?.toString() !== this.#sign(parts)) return null;
    const [header, parent, , content] = parts.map((part) => JSON.parse(part.toString()) as Record<string, unknown>);
    return { type: String(header?.["msg_type"]), parent: String(parent?.["msg_id"]), content: content ?? {} };
  }
}

/** Ports that were free a moment ago, all at once so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once("error", reject).listen(0, HOST, () => resolve((server.address() as { port: number }).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
