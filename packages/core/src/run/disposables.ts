/** What must be freed at the end, however the end comes; the last added goes first. */
export class Disposables {
  private readonly actions: (() => unknown)[] = [];

  add(action: () => unknown): void {
    this.actions.push(action);
  }

  /**
   * Runs all of them, once.
   * @returns the first error, if any; the others run all the same
   */
  async dispose(): Promise<unknown> {
    let failure: unknown;
    for (let action = this.actions.pop(); action !== undefined; action = this.actions.pop()) {
      try {
        await action();
      } catch (error) {
        failure ??= error;
      }
    }
    return failure;
  }
}
