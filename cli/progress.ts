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

/**
 * Starts showing progress of something named, or nothing at all when quiet.
 * @param items how many things are to be done, where it consists of such: then their rate is shown too
 */
export function startProgress(name: string, quiet: boolean, items: number | null = null): Progress {
  if (quiet) return SILENT;
  return process.stderr.isTTY === true ? startBar(name, items) : startLines(name, items);
}

function startBar(name: string, items: number | null): Progress {
  const startMs = performance.now();
  const rate = items === null ? "" : " | {rate}";
  const format = `${name} {bar} {percentage} %${rate} | {eta_formatted} left`;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: true }, Presets.shades_classic);
  bar.start(BAR_STEPS, 0, { rate: "" });
  let shown = 0;
  return {
    update(part) {
      const step = Math.floor(part * BAR_STEPS);
      if (step === shown) return;
      shown = step;
      bar.update(step, { rate: items === null ? "" : pace(part * items, startMs).rate });
    },
    stop: () => bar.stop(),
  };
}

/** How fast it goes, in things a minute, and how many seconds the rest will take. */
function pace(done: number, startMs: number): { rate: string; secondsEach: number } {
  const seconds = (performance.now() - startMs) / 1000;
  return { rate: `${((60 * done) / seconds).toFixed(1)} a minute`, secondsEach: seconds / done };
}

function startLines(name: string, items: number | null): Progress {
  const startMs = performance.now();
  let next = performance.now() + LINE_EVERY_MS;
  return {
    update(part) {
      if (performance.now() < next) return;
      next = performance.now() + LINE_EVERY_MS;
      process.stderr.write(
        `${name}: ${Math.floor(part * 100)} % done${items === null || part === 0 ? "" : itemsText(part * items, items, startMs)}\n`,
      );
    },
    stop: () => {},
  };
}

function itemsText(done: number, items: number, startMs: number): string {
  const { rate, secondsEach } = pace(done, startMs);
  return `, ${Math.round(done)} of ${items}, ${rate}, ${timeText(secondsEach * (items - done))} left`;
}

/** A time span for people: `40 s`, `12 min`, `3.5 h`. */
export function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
