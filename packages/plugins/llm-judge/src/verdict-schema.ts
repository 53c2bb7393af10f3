import { z } from "zod";

/** Models write digits as text now and then; anything but 0 and 1 is no score. */
const score = z.preprocess(
  (value) => (value === "0" || value === "1" ? Number(value) : value),
  z.int().min(0).max(1),
);

const evaluation = z.string().describe("One sentence that justifies the scores");
const reasoningScore = z
  .int()
  .min(0)
  .max(1)
  .describe("1 if the reasoning is similar to the ground truth, else 0");
const predictionScore = z
  .int()
  .min(0)
  .max(1)
  .describe("1 if the final prediction is similar to the ground truth, else 0");

const asked = {
  withReasoning: z.strictObject({
    evaluation,
    reasoning_score: reasoningScore,
    prediction_score: predictionScore,
  }),
  withoutReasoning: z.strictObject({ evaluation, prediction_score: predictionScore }),
};

const read = {
  withReasoning: z.object({ evaluation: z.string(), reasoning_score: score, prediction_score: score }),
  withoutReasoning: z.object({ evaluation: z.string(), prediction_score: score }),
};

function jsonSchema(schema: z.ZodType): Readonly<Record<string, unknown>> {
  // Providers want the schema without the line that says which kind it is.
  const fields = Object.entries(z.toJSONSchema(schema, { target: "draft-7" }));
  return Object.fromEntries(fields.filter(([name]) => name !== "$schema"));
}

const schemas = {
  withReasoning: jsonSchema(asked.withReasoning),
  withoutReasoning: jsonSchema(asked.withoutReasoning),
};

/** JSON Schema of a judge's answer; the reasoning is scored only where there is an annotation to compare it with. */
export function answerSchema(hasReasoning: boolean): Readonly<Record<string, unknown>> {
  return hasReasoning ? schemas.withReasoning : schemas.withoutReasoning;
}

/** What a judge's answer says. */
export interface ReadAnswer {
  readonly justification: string;
  /** Null where none was asked for. */
  readonly reasoningScore: number | null;
  readonly predictionScore: number;
}

/**
 * Reads a judge's answer: the JSON object that it is, or the only one in it that has the fields asked for. Nothing is
 * guessed from other text: digits in a sentence are no scores, and of several objects that differ none is taken.
 * @returns the answer, or why it cannot be read
 */
export function readAnswer(text: string, hasReasoning: boolean): ReadAnswer | { readonly problem: string } {
  const schema = hasReasoning ? read.withReasoning : read.withoutReasoning;
  const candidates = jsonObjects(text);
  if (candidates.length === 0) return { problem: "there is no JSON object in it" };
  const answers = candidates.flatMap((candidate) => {
    const parsed = schema.safeParse(candidate);
    return parsed.success ? [toAnswer(parsed.data)] : [];
  });
  const [first] = answers;
  if (first === undefined) {
    const issue = schema.safeParse(candidates.at(-1)).error?.issues[0];
    return {
      problem: issue === undefined ? "it has other fields" : `${issue.path.join(".")}: ${issue.message}`,
    };
  }
  const isSame = ({ reasoningScore, predictionScore }: ReadAnswer) =>
    reasoningScore === first.reasoningScore && predictionScore === first.predictionScore;
  return answers.every(isSame) ? first : { problem: "it holds several answers that differ" };
}

function toAnswer(data: {
  evaluation: string;
  prediction_score: number;
  reasoning_score?: number;
}): ReadAnswer {
  return {
    justification: data.evaluation.trim(),
    reasoningScore: data.reasoning_score ?? null,
    predictionScore: data.prediction_score,
  };
}

/** Braces that begin no object, after which no more are tried: time must not be quadratic in a text's length. */
const patience = 50;

/** The outermost JSON objects in a text, in order; what does not parse is passed over. */
function jsonObjects(text: string): unknown[] {
  const found: unknown[] = [];
  let start = text.indexOf("{");
  for (let misses = 0; start >= 0 && misses < patience;) {
    const end = endOfObject(text, start);
    const value = end === null ? undefined : parseObject(text.slice(start, end));
    if (value === undefined) misses++;
    else found.push(value);
    start = text.indexOf("{", value === undefined ? start + 1 : end!);
  }
  return found;
}

/** Offset after the brace that closes the one at `start`, strings passed over; null when it is never closed. */
function endOfObject(text: string, start: number): number | null {
  let depth = 0;
  let isInString = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (isInString) {
      if (character === "\\") at++;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return at + 1;
  }
  return null;
}

function parseObject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
