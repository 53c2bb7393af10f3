import { util } from "@tensorflow/tfjs-core";
import { dtypeCodes, type NativeAddon, type TorchDtype } from "../addon/native-addon.js";

/** An input of an operation: the slot its values are in, and the shape it is seen in. */
export interface OperandInput {
  readonly slot: number;
  readonly shape: readonly number[];
}

export interface OperandOutput extends OperandInput {
  readonly dtype: TorchDtype;
}

/** Values of an attribute list: numbers, flags as 0 or 1, and lists as their length and their values. */
export type Attributes = readonly number[];

/** Slots freed are told of together. */
const freedAtOnce = 64;

/**
 * Writes commands for the engine's thread into memory it shares: operation, number of inputs, number of outputs, an
 * input as slot, rank and sizes, an output as slot, dtype, rank and sizes, then attributes.
 */
export class CommandWriter {
  private words = new Float64Array(1 << 16);
  private readonly codes: ReadonlyMap<string, number>;
  private readonly freeSlots: number[] = [];
  private freed: number[] = [];
  private nextSlot = 0;

  constructor(private readonly addon: NativeAddon) {
    this.codes = new Map(addon.operations.map((name, code) => [name, code]));
  }

  /** Where the addon reads commands; it must be given to its `start`. */
  get memory(): Float64Array {
    return this.words;
  }

  has(operation: string): boolean {
    return this.codes.has(operation);
  }

  newSlot(): number {
    return this.freeSlots.pop() ?? this.nextSlot++;
  }

  /** Lets the values of a slot go once the operations before are done. */
  free(slot: number): void {
    this.freed.push(slot);
    if (this.freed.length >= freedAtOnce) this.flush();
  }

  /** Tells the engine of slots freed so far. */
  flush(): void {
    if (this.freed.length === 0) return;
    const { words, freed } = this;
    words[0] = 0;
    words[1] = freed.length;
    words.set(freed, 2);
    this.addon.submit(2 + freed.length);
    // Only now may a command that follows use them again.
    this.freeSlots.push(...freed);
    this.freed = [];
  }

  /** Enqueues an operation; null for an input that is left out. */
  run(
    operation: string,
    inputs: readonly (OperandInput | null)[],
    outputs: readonly OperandOutput[],
    attributes: Attributes,
  ): void {
    this.flushLargeFrees(outputs);
    const { words } = this;
    const code = this.codes.get(operation);
    if (code === undefined) throw new Error(`the addon has no operation ${operation}`);
    let at = 0;
    words[at++] = code;
    words[at++] = inputs.length;
    words[at++] = outputs.length;
    for (const input of inputs) {
      words[at++] = input === null ? -1 : input.slot;
      if (input === null) {
        words[at++] = 0;
        continue;
      }
      words[at++] = input.shape.length;
      for (const size of input.shape) words[at++] = size;
    }
    for (const output of outputs) {
      words[at++] = output.slot;
      words[at++] = dtypeCodes[output.dtype];
      words[at++] = output.shape.length;
      for (const size of output.shape) words[at++] = size;
    }
    if (at + attributes.length > words.length) throw new Error(`the command for ${operation} is too long`);
    for (const attribute of attributes) words[at++] = attribute;
    this.addon.submit(at);
  }

  /** Memory of large tensors is given back before more is asked for. */
  private flushLargeFrees(outputs: readonly OperandOutput[]): void {
    if (this.freed.length > 0 && outputs.some(({ shape }) => util.sizeFromShape([...shape]) > 4096))
      this.flush();
  }
}
