import { add, dispose, mul, type Tensor } from "@tensorflow/tfjs-core";

/** Gradients of several passes added up, aligned with the variables. Owns its tensors until they are taken. */
export class GradientSum {
  private sums: readonly Tensor[] | null = null;

  /** Adds one pass's gradients and disposes of them. */
  add(gradients: readonly Tensor[]): void {
    const before = this.sums;
    if (before === null) {
      this.sums = gradients;
      return;
    }
    this.sums = before.map((sum, index) => add(sum, gradients[index]!));
    dispose([...before, ...gradients]);
  }

  /** Makes every gradient NaN, whatever it was: an update from them is skipped by whoever checks. */
  poison(): void {
    const before = this.sums ?? [];
    this.sums = before.map((sum) => mul(sum, NaN));
    dispose([...before]);
  }

  /** Hands the sums over to the caller; empty when nothing was added. */
  take(): readonly Tensor[] {
    const taken = this.sums ?? [];
    this.sums = null;
    return taken;
  }

  /** Frees what was not taken. */
  dispose(): void {
    dispose([...this.take()]);
  }
}
