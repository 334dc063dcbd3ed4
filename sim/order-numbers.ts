/** Order numbers: given out once, whatever instrument an order is for. */
export class OrderNumbers {
  /** In a column, since a number kept in a field would be boxed whenever it changes. */
  readonly #given = new Float64Array(1);

  /** How many were given out. */
  get count(): number {
    return this.#given[0] as number;
  }

  set count(count: number) {
    this.#given[0] = count;
  }

  /** A fresh number, 1 and up. */
  next(): number {
    this.count += 1;
    return this.count;
  }
}
