/** The public face of the package: what `import … from "breakwater"` offers. */
export * from "./sim/index.ts";
