/** A deterministic source of random numbers for one purpose. Equal streams give equal numbers on every engine. */
export interface RandomStream {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform integer in [0, bound). */
  integer(bound: number): number;
  /** A new array with the items in random order. */
  shuffle<Item>(items: readonly Item[]): Item[];
  /** An independent stream named `purpose` below this one; does not advance this one. */
  fork(purpose: string | number): RandomStream;
  /** Position and key; `restoreRandomStream` of it continues where this stream stands. */
  state(): RandomState;
}

export interface RandomState {
  readonly key: readonly [number, number];
  /** Numbers of 32 bits drawn so far. */
  readonly position: number;
}
