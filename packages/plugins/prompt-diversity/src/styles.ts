/** One way to ask a question. */
export interface PromptStyle {
  readonly name: string;
  /** Holds `{question}` exactly once. */
  readonly text: string;
  readonly use: "training" | "inference" | "both";
  /** System turn in place of the chat template's own. */
  readonly system?: string | undefined;
}

/** Name of the style that asks for an explanation; `preferExplanation` chooses it. */
export const explanationRequired = "explanation-required";

/**
 * The styles of the RARL paper, word for word (its appendix A and section 2.4; "askes" stands so in the paper).
 * The paper does not say where the question goes at inference; it follows here in the manner of the training styles.
 */
export const paperStyles: readonly PromptStyle[] = [
  {
    name: explanationRequired,
    use: "training",
    text:
      "You are a Medical Assistant. Carefully analyze the medical image and the User's question. Think through the " +
      "problem step by step using clinical reasoning and relevant visual cues. Present your thinking process clearly " +
      "within <think> </think> tags, and then provide a well-justified answer within <answer> </answer> tags. " +
      "User: {question} Assistant: Let me solve this step by step.",
  },
  {
    name: "short-form",
    use: "training",
    text:
      "You are a Medical Assistant. Read the User's question and the associated medical image. Provide your thinking " +
      "within <think> </think> tags and a concise factual answer within <answer> </answer> tags. " +
      "User: {question} Assistant:",
  },
  {
    name: "open-ended",
    use: "training",
    text:
      "You are a Medical Assistant. The User askes a question based on the provided medical image. Consider all visual " +
      "and contextual details. Share your reasoning freely within <think> </think> tags, and conclude with your best " +
      "judgment within <answer> </answer> tags. User: {question} Assistant:",
  },
  {
    name: "reasoning",
    use: "inference",
    text:
      "A conversation between User and Medical Assistant. The user asks a question about the image, and the Assistant " +
      "solves it. The assistant first thinks about the reasoning process step by step and then provides the user with " +
      "the answer. User: {question} Assistant:",
  },
  {
    name: "non-reasoning",
    use: "inference",
    text:
      "A conversation between User and Medical Assistant. The assistant provides the user with the answer. " +
      "User: {question} Assistant:",
  },
];
