import type { RunSignals } from "@rarl-sdk/core";

export interface Interrupts {
  readonly signals: RunSignals;
  /** Stops listening. */
  dispose(): void;
}

const runMessages = {
  step: "Stopping after this step, with a checkpoint. Ctrl-C again stops now.",
  now: "Stopping now; the last checkpoint stands.",
};

/**
 * The first Ctrl-C (or SIGTERM) asks the run to finish its step, the second to stop now; a third ends the process as
 * if nobody listened.
 */
export function listenForInterrupts(
  notify: (message: string) => void,
  messages: { readonly step: string; readonly now: string } = runMessages,
): Interrupts {
  const step = new AbortController();
  const now = new AbortController();
  const names = ["SIGINT", "SIGTERM"] as const;
  const onSignal = () => {
    if (!step.signal.aborted) {
      notify(messages.step);
      step.abort();
      return;
    }
    notify(messages.now);
    now.abort();
    stopListening();
  };
  // Without this, a tap that never settles would end the process silently instead of being reported as slow.
  const alive = setInterval(() => undefined, 2 ** 30);
  const stopListening = () => {
    for (const name of names) process.off(name, onSignal);
  };
  for (const name of names) process.on(name, onSignal);
  return {
    signals: { step: step.signal, now: now.signal },
    dispose: () => {
      clearInterval(alive);
      stopListening();
    },
  };
}
