/** A binary heap of candidates whose first is closed next. */

/** Moves what stands at a place down to where no child precedes it. */
export function sink(heap: number[], from: number, precedes: (a: number, b: number) => boolean): void {
  const moved = heap[from] as number;
  let place = from;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && precedes(heap[child + 1] as number, heap[child] as number)) child += 1;
    if (!precedes(heap[child] as number, moved)) break;
    heap[place] = heap[child] as number;
    place = child;
  }
  heap[place] = moved;
}
