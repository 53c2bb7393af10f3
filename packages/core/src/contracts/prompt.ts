import type { ImageSource } from "./sample.js";

/** What a model is asked, before tokenisation. */
export interface Prompt {
  /** Name of the style that wrote it, such as `short-form`; recorded with every completion. */
  readonly style: string;
  /** `chat`: `text` is the user's turn inside the model's chat template. `raw`: fed as it stands after the images. */
  readonly template: "chat" | "raw";
  /** System turn; the chat template's own default when absent. Ignored by `raw`. */
  readonly system?: string;
  readonly text: string;
  readonly images: readonly ImageSource[];
  /** Id of the sample it asks about, for messages; the run sets it. */
  readonly sampleId?: string;
}
