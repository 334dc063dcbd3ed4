/** SIGINT and SIGTERM, which end a sweep. */

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Has something done before a signal ends this process, which then ends by that signal: to end it in the ordinary way while
 * threads of it are in the database's code would crash.
 * @returns leaves signals alone again
 */
export function beforeInterruption(work: () => void): () => void {
  const leave = () => {
    for (const signal of SIGNALS) process.off(signal, stop);
  };
  const stop = (signal: NodeJS.Signals) => {
    leave();
    work();
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return leave;
}
