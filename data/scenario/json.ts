/**
 * Reading JSON that people write: `JSON.parse` with what it lacks, the line and column
 * of a mistake in every runtime alike, and a refusal of fields named twice, of which
 * it would silently keep the last.
 */
import { InputError } from "../../sim/kernel/input-error.ts";
import { dotted, type Path } from "./path.ts";

/** Deeper nesting than any scenario has: a document beyond it is a mistake, and must not exhaust the stack. */
export const DEPTH_MOST = 64;
const STRING = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * The value of a JSON text.
 * @param file what to name in errors
 * @throws InputError with line and column (1-based) when the text is no JSON, and with
 *   the field's path too when an object names it twice
 */
export function parseJson(text: string, file: string): unknown {
  // Editors on Windows put a byte order mark in front.
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (/^\s*$/.test(body)) throw new InputError(file, "expected JSON, got an empty file");
  new Scanner(body, file).scan();
  return JSON.parse(body);
}

/** Walks over a JSON text once, and stops at the first thing that is wrong. */
class Scanner {
  readonly #text: string;
  readonly #file: string;
  #at = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  scan(): void {
    this.#value([]);
    if (this.#at < this.#text.length) this.#refuse("the end of the file");
  }

  #value(path: Path): void {
    if (path.length > DEPTH_MOST) this.#refuse(`at most ${DEPTH_MOST} levels`);
    this.#take(SPACE);
    const character = this.#text[this.#at];
    if (character === "{") this.#object(path);
    else if (character === "[") this.#array(path);
    else if (character === '"') this.#string();
    else if (this.#take(NUMBER) === null && this.#take(WORD) === null) this.#refuse("a value");
    this.#take(SPACE);
  }

  #object(path: Path): void {
    this.#at++;
    const names = new Set<string>();
    this.#take(SPACE);
    if (this.#skip("}")) return;
    do {
      this.#take(SPACE);
      const start = this.#at;
      if (this.#text[start] !== '"') this.#refuse("a field's name in double quotes");
      const name = JSON.parse(this.#string()) as string;
      if (names.has(name)) this.#refuseField(start, [...path, name], "expected each field once, got it twice");
      if (name === "__proto__") this.#refuseField(start, [...path, name], "expected no field of this name, got one");
      names.add(name);
      this.#take(SPACE);
      if (!this.#skip(":")) this.#refuse('":"');
      this.#value([...path, name]);
    } while (this.#skip(","));
    if (!this.#skip("}")) this.#refuse('"," or "}"');
  }

  #array(path: Path): void {
    this.#at++;
    this.#take(SPACE);
    if (this.#skip("]")) return;
    let index = 0;
    do this.#value([...path, index++]);
    while (this.#skip(","));
    if (!this.#skip("]")) this.#refuse('"," or "]"');
  }

  #string(): string {
    const string = this.#take(STRING);
    if (string === null) this.#refuse("a text that ends on its line, without stray backslashes");
    return string;
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return null;
    this.#at += match[0].length;
    return match[0];
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #refuse(expected: string): never {
    const found = this.#text[this.#at];
    throw new InputError(
      this.#place(this.#at),
      `expected ${expected}, got ${found === undefined ? "the end of the file" : JSON.stringify(found)}`,
    );
  }

  #refuseField(at: number, path: Path, problem: string): never {
    throw new InputError(`${this.#place(at)}: ${dotted(path)}`, problem);
  }

  #place(at: number): string {
    const lines = this.#text.slice(0, at).split("\n");
    return `${this.#file}: line ${lines.length}, column ${(lines.at(-1) as string).length + 1}`;
  }
}
