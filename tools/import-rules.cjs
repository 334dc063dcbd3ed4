/**
 * The import rules of the house, for dependency-cruiser: imports go one way only,
 *
 *   sim ← agents, data ← lab;  data ← reports;  api, the public face, and cli import everything but each other
 *
 * and inside sim: kernel ← venue ← market, clearing ← the files at its top.
 * Run by `npm run imports`; `test/import-rules.test.ts` proves that they catch something.
 */
const FOLDERS = ["sim", "agents", "data", "lab", "reports", "api", "cli"];
const SHIPPED = `^(${FOLDERS.join("|")})/|^index\\.ts$`;
const PACKAGES = "(^|/)node_modules/";

/** Folder by folder: what it may import of ours. */
const MAY_IMPORT = [
  { name: "kernel", from: "^sim/kernel/", to: "^sim/kernel/" },
  { name: "venue", from: "^sim/venue/", to: "^sim/(venue|kernel)/" },
  { name: "market", from: "^sim/market/", to: "^sim/(market|venue|kernel)/" },
  { name: "clearing", from: "^sim/clearing/", to: "^sim/(clearing|venue|kernel)/" },
  { name: "sim", from: "^sim/[^/]+$", to: "^sim/" },
  { name: "agents", from: "^agents/", to: "^agents/|^sim/index\\.ts$" },
  { name: "data", from: "^data/", to: "^(data|sim)/" },
  { name: "lab", from: "^lab/", to: "^(lab|sim|agents|data)/" },
  { name: "reports", from: "^reports/", to: "^(reports|data)/", typesFrom: "^sim/" },
  { name: "cli", from: "^cli/", to: "^(cli|reports|lab|data|agents|sim)/" },
  { name: "api", from: "^api/", to: "^(api|reports|lab|data|agents|sim)/" },
  { name: "index", from: "^index\\.ts$", to: "^(api|reports|lab|data|agents|sim)/" },
];

/** What sim may use from outside: pure arithmetic that runs in a browser too. */
const PURE_PACKAGES = `${PACKAGES}(seedrandom|@types/seedrandom|@stdlib/[^/]+)/`;

function onlyImports({ name, from, to, typesFrom }) {
  const outside = { pathNot: [to, PACKAGES], dependencyTypesNot: ["core"] };
  if (typesFrom === undefined) return [rule(`${name}-imports-only`, { path: from }, outside)];
  return [
    rule(`${name}-imports-only`, { path: from }, { ...outside, pathNot: [to, PACKAGES, typesFrom] }),
    rule(`${name}-takes-types-only`, { path: from }, { path: typesFrom, dependencyTypesNot: ["type-only"] }),
  ];
}

function rule(name, from, to) {
  return { name, severity: "error", from, to };
}

module.exports = {
  forbidden: [
    ...MAY_IMPORT.flatMap(onlyImports),
    // What audits the clearing house may not be computed by it.
    rule("audit-without-clearing", { path: "^data/audit/" }, { path: "^sim/", pathNot: "^sim/(kernel/[^/]+|tables|venue/decimal)\\.ts$" }),
    rule("no-cycles", {}, { circular: true }),
    rule("nothing-unresolved", {}, { couldNotResolve: true }),
    rule("sim-without-node", { path: "^sim/" }, { dependencyTypes: ["core"] }),
    rule("sim-pure-packages", { path: "^sim/" }, { path: PACKAGES, pathNot: PURE_PACKAGES }),
    rule(
      "shipped-without-dev-dependencies",
      { path: SHIPPED },
      { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    ),
  ],
  options: {
    doNotFollow: { path: PACKAGES },
    exclude: { path: "^(dist|out|coverage)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
