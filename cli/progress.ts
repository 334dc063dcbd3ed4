/** Progress on stderr: a bar on a terminal, elsewhere a line now and then. */
import { Presets, SingleBar } from "cli-progress";

const LINE_EVERY_MS = 10_000;
const BAR_STEPS = 1000;

/** Shows how far something is. */
export interface Progress {
  /** @param part done, 0 to 1 */
  update(part: number): void;
  stop(): void;
}

const SILENT: Progress = { update: () => {}, stop: () => {} };

/** Starts showing progress of something named, or nothing at all when quiet. */
export function startProgress(name: string, quiet: boolean): Progress {
  if (quiet) return SILENT;
  return process.stderr.isTTY === true ? startBar(name) : startLines(name);
}

function startBar(name: string): Progress {
  const format = `${name} {bar} {percentage} % | {eta_formatted} left`;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: true }, Presets.shades_classic);
  bar.start(BAR_STEPS, 0);
  let shown = 0;
  return {
    update(part) {
      const step = Math.floor(part * BAR_STEPS);
      if (step === shown) return;
      shown = step;
      bar.update(step);
    },
    stop: () => bar.stop(),
  };
}

function startLines(name: string): Progress {
  let next = performance.now() + LINE_EVERY_MS;
  return {
    update(part) {
      if (performance.now() < next) return;
      next = performance.now() + LINE_EVERY_MS;
      process.stderr.write(`${name}: ${Math.floor(part * 100)} % done\n`);
    },
    stop: () => {},
  };
}
