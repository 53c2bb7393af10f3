import type { Sample } from "../contracts/sample.js";
import type { RandomStream } from "../random/random-stream.js";

/** Where a run stands in its data; saved with every checkpoint. */
export interface DataPosition {
  /** Whole passes done. */
  readonly epoch: number;
  /** Samples taken in the current pass. */
  readonly position: number;
}

/** Hands out the samples of a data set for ever, every pass in an order of its own. */
export class SampleOrder {
  private order: readonly Sample[];

  /** The order of a pass depends on `random` and the number of the pass alone, so a position restores it. */
  constructor(
    private readonly samples: readonly Sample[],
    private readonly shuffle: boolean,
    private readonly random: RandomStream,
    private current: DataPosition = { epoch: 0, position: 0 },
  ) {
    this.order = this.orderOf(current.epoch);
  }

  /** The next `count` samples; goes on into the next pass where one ends. */
  take(count: number): readonly Sample[] {
    const taken: Sample[] = [];
    while (taken.length < count) {
      let { epoch, position } = this.current;
      if (position >= this.order.length) {
        epoch++;
        position = 0;
        this.order = this.orderOf(epoch);
      }
      taken.push(this.order[position]!);
      this.current = { epoch, position: position + 1 };
    }
    return taken;
  }

  position(): DataPosition {
    return this.current;
  }

  /** Passes done, with the current one's fraction. */
  epochs(): number {
    const { epoch, position } = this.current;
    return (epoch * this.samples.length + position) / this.samples.length;
  }

  private orderOf(epoch: number): readonly Sample[] {
    return this.shuffle ? this.random.fork(epoch).shuffle(this.samples) : this.samples;
  }
}
