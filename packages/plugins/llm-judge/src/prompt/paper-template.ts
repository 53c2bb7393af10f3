/**
 * The judge's prompt of the RARL paper, word for word, the reasoning's part left out for samples without an annotated
 * reasoning. What is graded follows under headings of ours.
 */
export const paperTemplate = `Task: You are given a question, a ground truth, and a prediction in medical analysis. Evaluate the model prediction for its relevance, accuracy, and alignment with the ground truth.
{#reasoning}Reasoning Scoring: if the reasoning of the prediction is similar to ground truth, returning 1, otherwise returning 0.
{/reasoning}Prediction score: if the final prediction is similar to ground truth, returning 1, otherwise returning 0.
Output structure: { "evaluation": Provide a concise justification sentence explaining why you rated the score.{#reasoning} "reasoning_score": reasoning score{/reasoning} "prediction_score": prediction score }
---
Question:
{question}

Ground truth:
{answer}
{#reasoning}
Ground truth reasoning:
{reasoning}
{/reasoning}
Prediction:
{prediction}`;
