/** Property tests draw from one seed, so that a change alone makes them fail; `SEED=…` tries others. */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["SEED"] ?? 20261120) });
