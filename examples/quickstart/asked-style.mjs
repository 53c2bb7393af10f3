/**
 * Asks every held-out question in the prompt style that its record names (`meta.style`), so that an evaluation covers
 * all styles. A tap on the `prompt` hook that stands before the prompt set's own (stage -100).
 */
export default {
  name: "asked-style",
  apiVersion: "1.0",
  apply({ hooks }) {
    hooks.prompt.tap({ name: "asked-style", stage: -200 }, (draft) => {
      const { style } = draft.sample.meta;
      return draft.purpose === "evaluation" && typeof style === "string" ? { ...draft, style } : draft;
    });
  },
};
