/** The fenced blocks of a guide, and what running one means. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "vitest";
import { CHECKOUT, node, start } from "./checkout.ts";

/** A fenced block: `lang` and `name` are what stands behind its fence. */
export interface Block {
  readonly lang: string;
  readonly name: string;
  readonly text: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
}

/** What came before in the same guide. */
export interface Progress {
  /** Where the guide's commands run and its files lie. */
  readonly folder: string;
  /** What the last block that ran printed. */
  stdout: string;
}

/** Runs one block; a test fails when it is not as the guide has it. */
export type Step = (block: Block, progress: Progress) => Promise<void>;

/** What is done about a block that no step here runs: another test has it, or nobody can. */
export interface Elsewhere {
  /** A test that names the guide and runs the block. */
  readonly test?: string;
  /** Why no test can. */
  readonly reason?: string;
}

/** How a guide is run: a step for each of its blocks in order. */
export type GuideSteps = readonly (Step | Elsewhere)[];

/** The blocks of a Markdown file, in order. */
export async function blocksOf(guide: string): Promise<Block[]> {
  const text = await readFile(join(CHECKOUT, guide), "utf8");
  return [...text.matchAll(/^```(\S*)(?: (\S+))?\n(.*?)^```$/gms)].map((match) => {
    const [, lang = "", name = "", content = ""] = match;
    return { lang, name, text: content, line: text.slice(0, match.index).split("\n").length };
  });
}

const COMMAND = `"${process.execPath}" "${join(CHECKOUT, "bin/breakwater.js")}"`;
const PUBLIC_FACE = pathToFileURL(join(CHECKOUT, "dist/index.js")).href;

/** Every line is a command of ours, and ends with the exit code. */
export function commands(exitCode = 0): Step {
  return async ({ text }, progress) => {
    for (const line of text.trim().split("\n")) {
      const [command = ""] = line.split("   # ");
      expect(command).toMatch(/^npx breakwater /);
      const ended = await start("sh", ["-c", command.replace("npx breakwater", COMMAND)], { cwd: progress.folder });
      expect(ended, command).toMatchObject({ exitCode });
      if (exitCode === 0) expect(ended.stdout, command).not.toBe("");
      else expect(ended.stderr, command).toMatch(/^breakwater: [^\n]+\n$/);
      progress.stdout = ended.stdout;
    }
  };
}

/** The block is a file of the reader's, called as behind its fence or as told. */
export function file(called?: string): Step {
  return async ({ name, text }, { folder }) => {
    const given = called ?? name;
    expect(given, "a name for the file").not.toBe("");
    await writeFile(join(folder, given), text);
  };
}

/** The block is what the last command printed. */
export function answer(): Step {
  return async ({ text }, { stdout }) => {
    expect(stdout.trimEnd()).toBe(text.trimEnd());
  };
}

/** The block is a program that imports the package. */
export function program(printed: string | RegExp): Step {
  return async ({ text }, progress) => {
    const script = join(progress.folder, "example.mjs");
    await writeFile(script, text.replaceAll('from "breakwater"', `from "${PUBLIC_FACE}"`));
    const ended = await node([script], { cwd: progress.folder });
    expect(ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(printed) });
    progress.stdout = ended.stdout;
  };
}

/** A guide whose blocks say themselves what they are: files have a name behind the fence, `sh` are commands, `sh refused` such as are refused, `text` their answer. */
export function asWritten(blocks: readonly Block[]): Step[] {
  return blocks.map(({ lang, name, line }) => {
    if (lang === "sh") return commands(name === "refused" ? 2 : 0);
    if (lang === "text") return answer();
    if (name !== "") return file();
    throw new Error(`line ${line}: a block ${lang} without a name does not say how it is run: give the guide its steps in test/guides.ts`);
  });
}
