/**
 * Queue policies: one candidate after the other is closed, best first, until the
 * request is met. Only as many are ranked as are needed: a heap, not a sort.
 */
import type { AdlCandidates, AdlFill, AdlRequest } from "./policy.ts";

/** Compares two candidates by their indices: negative when the first is closed before the second. */
export type Precedence = (a: number, b: number) => number;

/**
 * Serves a request from a queue.
 * @param precedence a total order: no two candidates may compare equal
 * @param score what the record shows of a candidate's place
 */
export function serveQueue(
  request: AdlRequest,
  candidates: AdlCandidates,
  precedence: Precedence,
  score: (candidate: number) => number,
): AdlFill[] {
  const heap = candidates.account.map((_, candidate) => candidate);
  for (let place = (heap.length >> 1) - 1; place >= 0; place--) sink(heap, place, precedence);
  const fills: AdlFill[] = [];
  let open = request.lots;
  while (open > 0 && heap.length > 0) {
    const candidate = heap[0] as number;
    const lots = Math.min(open, candidates.lots[candidate] as number);
    fills.push({ candidate, lots, score: score(candidate) });
    open -= lots;
    const last = heap.pop() as number;
    if (heap.length > 0) {
      heap[0] = last;
      sink(heap, 0, precedence);
    }
  }
  return fills;
}

function sink(heap: number[], from: number, precedence: Precedence): void {
  const moved = heap[from] as number;
  let place = from;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && precedence(heap[child + 1] as number, heap[child] as number) < 0) child += 1;
    if (precedence(heap[child] as number, moved) >= 0) break;
    heap[place] = heap[child] as number;
    place = child;
  }
  heap[place] = moved;
}
