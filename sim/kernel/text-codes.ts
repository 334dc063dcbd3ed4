/** The different texts of a column, numbered in the order in which they came: a row keeps the number. */
export class TextCodes {
  readonly #texts: string[] = [];
  readonly #codes = new Map<string, number>();

  /** The number of a text; a new one gets the next. */
  codeOf(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const code = this.#texts.length;
    this.#texts.push(text);
    this.#codes.set(text, code);
    return code;
  }

  /** The text of a number. */
  textOf(code: number): string {
    return this.#texts[code] as string;
  }

  /** All texts, in the order of their numbers. */
  all(): string[] {
    return this.#texts.slice();
  }
}
