/** Notice of a tap that has not settled in time. It is not stopped. */
export interface SlowTap {
  readonly plugin: string;
  readonly tap: string;
  readonly hook: string;
  readonly seconds: number;
}

/** Calls `work` after some milliseconds unless the returned function is called before. */
export type Schedule = (work: () => void, milliseconds: number) => () => void;

export interface SlowTapWatch {
  /** Called once a tap that has not settled after `seconds`. */
  readonly onSlow: (slow: SlowTap) => void;
  /** 60 by default. */
  readonly seconds?: number;
  /** `unheldTimer` by default. */
  readonly schedule?: Schedule;
}

/** A timer that does not keep the process alive. */
export const unheldTimer: Schedule = (work, milliseconds) => {
  const handle = setTimeout(work, milliseconds);
  handle.unref();
  return () => {
    clearTimeout(handle);
  };
};

/** Starts the clock of one call of a tap; the returned function stops it. */
export type SlowTapClock = (tap: Omit<SlowTap, "seconds">) => () => void;

export function slowTapClock(watch: SlowTapWatch): SlowTapClock {
  const { onSlow, seconds = 60, schedule = unheldTimer } = watch;
  const reported = new Set<string>();
  return (tap) => {
    const key = `${tap.plugin}\n${tap.hook}\n${tap.tap}`;
    if (reported.has(key)) return () => undefined;
    return schedule(() => {
      // A slow tap is slow at every step; one notice says it.
      if (reported.has(key)) return;
      reported.add(key);
      onSlow({ ...tap, seconds });
    }, seconds * 1000);
  };
}
