/** Writing HTML safely: whatever comes from a file passes `escapeHtml` or `embedJson`. */

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text that is safe inside an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/** Markup that is already safe: what `html` returns, and what it takes unescaped. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

/** What may stand in a hole of an `html` template. */
export type Hole = string | number | Markup | readonly Hole[] | null;

/** A template in which every hole is escaped unless it is markup itself; lists are joined, null is nothing. */
export function html(strings: TemplateStringsArray, ...holes: readonly Hole[]): Markup {
  return new Markup(strings.reduce((text, part, position) => text + fill(holes[position - 1] ?? null) + part));
}

function fill(hole: Hole): string {
  if (hole === null) return "";
  if (hole instanceof Markup) return hole.text;
  if (typeof hole === "string" || typeof hole === "number") return escapeHtml(String(hole));
  return hole.map(fill).join("");
}

/** JSON that is safe inside a `<script>` element: no `<`, no line separators of old JavaScript. */
export function embedJson(value: unknown): Markup {
  const text = JSON.stringify(value)
    .replace(/</g, "\\u003c")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
  return new Markup(text);
}

/** A script's source made safe inside a `<script>` element: its strings keep their meaning. */
export function embedScript(source: string): Markup {
  return new Markup(source.replace(/<\/(script)/gi, "<\\/$1").replace(/<!--/g, "<\\!--"));
}
