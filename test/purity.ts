/**
 * What the pure folders may not use, since it differs between runs, machines or engines
 * and would change a digest: the clock, unseeded random numbers, the transcendental
 * functions of `Math` (their last bit differs between engines), the machine's language.
 */
import ts from "typescript";

/** Functions and constants of `Math` that every engine computes alike. */
const EXACT_MATH = new Set(
  "abs ceil floor round trunc sign min max sqrt imul clz32 fround PI E SQRT2 SQRT1_2 LN2 LN10 LOG2E LOG10E".split(" "),
);
const FORBIDDEN_NAMES = new Set([
  "performance",
  "process",
  "crypto",
  "Intl",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "fetch",
]);
const FORBIDDEN_MEMBERS = new Set(["localeCompare", "toLocaleString", "toLocaleUpperCase", "toLocaleLowerCase"]);

/** The offences in one source text, as `line: what`, in order. */
export function impurities(source: string): string[] {
  const file = ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const offence = offenceOf(node);
    if (offence !== null) found.push(`${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}: ${offence}`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function offenceOf(node: ts.Node): string | null {
  if (ts.isNewExpression(node) && isNamed(node.expression, "Date")) return node.arguments?.length ? null : "new Date()";
  if (ts.isCallExpression(node) && isNamed(node.expression, "Date")) return "Date()";
  if (ts.isPropertyAccessExpression(node)) {
    if (isNamed(node.expression, "Date") && node.name.text === "now") return "Date.now";
    if (isNamed(node.expression, "Math")) return EXACT_MATH.has(node.name.text) ? null : `Math.${node.name.text}`;
    return FORBIDDEN_MEMBERS.has(node.name.text) ? node.name.text : null;
  }
  if (ts.isBinaryExpression(node) && isPower(node.operatorToken.kind))
    return isExactPower(node) ? null : "** that is neither of BigInts nor a written power of two";
  return ts.isIdentifier(node) ? offenceOfName(node) : null;
}

/** A name standing for itself: not the name of a member, of a property or of something declared here. */
function offenceOfName(name: ts.Identifier): string | null {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent)) {
    if (parent.name === name || name.text === "Math") return null;
    return FORBIDDEN_NAMES.has(name.text) ? name.text : null;
  }
  if ("name" in parent && parent.name === name) return null;
  if (name.text === "Math") return "Math, other than one of its exact functions";
  return FORBIDDEN_NAMES.has(name.text) ? name.text : null;
}

function isNamed(node: ts.Expression, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

function isPower(kind: ts.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.AsteriskAsteriskToken || kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken;
}

/** Powers of BigInts, and powers of two as in `2 ** 53`, are exact everywhere; other powers are `Math.pow`. */
function isExactPower({ left, right }: ts.BinaryExpression): boolean {
  const ofTwo = ts.isNumericLiteral(left) && left.text === "2" && ts.isNumericLiteral(right) && /^\d+$/.test(right.text);
  return ofTwo || ts.isBigIntLiteral(left) || (ts.isCallExpression(left) && isNamed(left.expression, "BigInt"));
}
