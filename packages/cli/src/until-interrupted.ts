/** Settles at Ctrl-C or SIGTERM; a second one ends the process as if nobody listened. */
export function untilInterrupted(): Promise<void> {
  const names = ["SIGINT", "SIGTERM"] as const;
  return new Promise((resolve) => {
    const onSignal = () => {
      for (const name of names) process.off(name, onSignal);
      resolve();
    };
    for (const name of names) process.on(name, onSignal);
  });
}
