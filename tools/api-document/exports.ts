/** What the package exports, with the first sentence of each doc comment, read by the compiler. */
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const TOP = fileURLToPath(new URL("../..", import.meta.url));

/** One export. */
export interface DocumentedExport {
  readonly name: string;
  /** Whether it is a type alone, and not there when a program runs. */
  readonly isType: boolean;
  /** First sentence of its doc comment; empty when it has none. */
  readonly summary: string;
  /** The file that declares it, relative to the checkout. */
  readonly file: string;
}

/** The exports of `index.ts`, sorted by name. */
export function publicExports(): DocumentedExport[] {
  const settings = ts.readConfigFile(join(TOP, "tsconfig.json"), ts.sys.readFile).config as { compilerOptions: object };
  const { options } = ts.convertCompilerOptionsFromJson(settings.compilerOptions, TOP);
  const program = ts.createProgram([join(TOP, "index.ts")], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(TOP, "index.ts")) as ts.SourceFile;
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source) as ts.Symbol);
  return exported.map((symbol) => documented(symbol, checker)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function documented(symbol: ts.Symbol, checker: ts.TypeChecker): DocumentedExport {
  const target = (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
  const comment = ts.displayPartsToString(target.getDocumentationComment(checker)).replaceAll(/\s+/g, " ").trim();
  const declaration = target.declarations?.[0] as ts.Declaration;
  return {
    name: symbol.name,
    isType: (target.flags & ts.SymbolFlags.Value) === 0 || symbol.declarations?.some(isTypeOnly) === true,
    summary: /^.*?[.](?= |$)/.exec(comment)?.[0] ?? comment,
    file: relative(TOP, declaration.getSourceFile().fileName).replaceAll("\\", "/"),
  };
}

/** A class, too, may be exported as a type alone. */
function isTypeOnly(declaration: ts.Declaration): boolean {
  return ts.isExportSpecifier(declaration) && (declaration.isTypeOnly || declaration.parent.parent.isTypeOnly);
}
