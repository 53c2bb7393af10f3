/** Where progress goes: a line that is rewritten on a terminal, plain lines off it. */
export interface Screen {
  /** Whether `status` is shown; off a terminal it is not. */
  readonly isLive: boolean;
  /** Prints a line for good. */
  line(text: string): void;
  /** Replaces the live line. */
  status(text: string): void;
  /** Takes the live line away. */
  clear(): void;
}

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const eraseLine = "\r\u001b[2K";

/** A screen on `terminal`; nothing is written when it is quiet. */
export function createScreen(terminal: Terminal, { isQuiet }: { readonly isQuiet: boolean }): Screen {
  const isLive = terminal.isTTY === true && !isQuiet;
  let shown = "";
  const write = (text: string) => {
    if (!isQuiet) terminal.write(text);
  };
  return {
    isLive,
    line: (text) => {
      write(`${shown === "" ? "" : eraseLine}${text}\n${shown}`);
    },
    status: (text) => {
      if (!isLive) return;
      // A line that wraps could not be erased.
      shown = text.slice(0, (terminal.columns ?? 80) - 1);
      write(`${eraseLine}${shown}`);
    },
    clear: () => {
      if (shown !== "") write(eraseLine);
      shown = "";
    },
  };
}

export function stderrScreen(options: { readonly isQuiet: boolean }): Screen {
  return createScreen(process.stderr, options);
}
