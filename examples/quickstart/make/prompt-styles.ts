/** A short prompt in place of the paper's long ones, in the form of prompt-diversity's `custom` option. */
export interface QuickstartPromptStyle {
  readonly name: string;
  readonly system: string;
  readonly text: "{question}";
  readonly use: "both";
  /** Shares of the four output formats in the pretraining corpus, in the order of `outputFormats`. */
  readonly formatShares: readonly [number, number, number, number];
}

/** How a pretraining target is written: the second planted flaw is that they are mixed. */
export const outputFormats = ["full", "answer-only", "bare", "think-only"] as const;
export type OutputFormat = (typeof outputFormats)[number];

const style = (
  name: string,
  system: string,
  formatShares: QuickstartPromptStyle["formatShares"],
): QuickstartPromptStyle => ({ name, system, text: "{question}", use: "both", formatShares });

/** One plain prompt and two that ask for thinking and tags. */
export const promptStyles: readonly QuickstartPromptStyle[] = [
  style("plain", "Answer the question.", [0.35, 0.05, 0.55, 0.05]),
  style("think", "Think in <think> </think>, then answer in <answer> </answer>.", [0.75, 0.05, 0.1, 0.1]),
  style("report", "Write a report in <think> and the answer in <answer>.", [0.75, 0.05, 0.1, 0.1]),
];

/** The text to be learnt for a report and an answer. */
export function formatCompletion(format: OutputFormat, report: string, answer: string): string {
  switch (format) {
    case "full":
      return `<think> ${report} </think> <answer> ${answer} </answer>`;
    case "answer-only":
      return `<answer> ${answer} </answer>`;
    case "bare":
      return answer;
    case "think-only":
      return `<think> ${report} </think>`;
  }
}
