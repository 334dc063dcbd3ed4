/** Fonts for rasterising charts where there is no browser. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A package of fonts that serves when it is installed: then a PNG does not depend on the machine. */
const FONT_PACKAGE = "dejavu-fonts-ttf";

/** What the rasteriser is told about fonts. */
export interface FontOptions {
  readonly fontFiles: string[];
  readonly loadSystemFonts: boolean;
  readonly defaultFontFamily: string;
  readonly sansSerifFamily: string;
}

/** DejaVu Sans from its package when that is installed, otherwise what the system offers. */
export function fontOptions(): FontOptions {
  const fontFiles = packagedFonts();
  return { fontFiles, loadSystemFonts: fontFiles.length === 0, defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" };
}

function packagedFonts(): string[] {
  try {
    const folder = join(dirname(createRequire(import.meta.url).resolve(`${FONT_PACKAGE}/package.json`)), "ttf");
    return ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) => join(folder, file)).filter((file) => existsSync(file));
  } catch {
    return [];
  }
}
