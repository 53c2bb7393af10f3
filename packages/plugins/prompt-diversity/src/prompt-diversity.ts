import {
  inject,
  injectable,
  rarlError,
  tokens,
  type Prompt,
  type PromptSet,
  type RandomStream,
  type Sample,
} from "@rarl-sdk/core";
import type { PromptDiversityOptions } from "./options.js";
import { insertQuestion, questionText } from "./question-text.js";
import { explanationRequired, paperStyles, type PromptStyle } from "./styles.js";

/**
 * Shows each sample in one of several styles, drawn anew every time. Source: the RARL paper's prompt diversity; that
 * the draw is uniform is our choice.
 *
 * A sample whose `meta.style` names a training style gets that style, so that a supervised data set can pair every
 * target with its prompt.
 */
@injectable()
export class PromptDiversity implements PromptSet {
  readonly trainingStyles: readonly string[];
  readonly inferenceStyles: readonly string[];
  readonly #styles: ReadonlyMap<string, PromptStyle>;
  readonly #weights: readonly (readonly [name: string, weight: number])[];
  readonly #options: PromptDiversityOptions;

  /** @throws RarlError `PROMPT_STYLE_UNKNOWN` when an option names a style that does not exist for its use */
  constructor(@inject(tokens.options) options: PromptDiversityOptions) {
    this.#options = options;
    // Custom styles first, since the first inference style is the default.
    const customNames = new Set(options.custom.map((style) => style.name));
    const styles = [...options.custom, ...paperStyles.filter((style) => !customNames.has(style.name))];
    this.#styles = new Map(styles.map((style) => [style.name, style]));
    this.#weights = trainingWeights(options, styles);
    this.trainingStyles = this.#weights.map(([name]) => name);
    const inferenceNames = namesFor("inference", styles);
    if (options.inferenceStyle === undefined) {
      this.inferenceStyles = inferenceNames;
    } else {
      mustKnow(options.inferenceStyle, inferenceNames, "prompts.inferenceStyle");
      this.inferenceStyles = [...new Set([options.inferenceStyle, ...inferenceNames])];
    }
    if (options.preferExplanation) {
      mustKnow(explanationRequired, this.trainingStyles, "prompts.styles, which preferExplanation needs");
    }
  }

  train(sample: Sample, random: RandomStream): Prompt {
    return this.#prompt(this.#trainingStyle(sample, random), sample);
  }

  inference(style: string, sample: Sample): Prompt {
    mustKnow(style, this.inferenceStyles);
    return this.#prompt(style, sample);
  }

  #trainingStyle(sample: Sample, random: RandomStream): string {
    const wanted = sample.meta.style;
    if (typeof wanted === "string" && (this.#styles.get(wanted)?.use ?? "inference") !== "inference")
      return wanted;
    if (this.#options.preferExplanation && sample.reasoning) return explanationRequired;
    return draw(this.#weights, random);
  }

  #prompt(name: string, sample: Sample): Prompt {
    const style = this.#styles.get(name)!;
    return {
      style: name,
      template: this.#options.template,
      ...(style.system === undefined ? {} : { system: style.system }),
      text: insertQuestion(style.text, questionText(sample, this.#options.appendChoices)),
      images: sample.images,
    };
  }
}

function trainingWeights(
  options: PromptDiversityOptions,
  styles: readonly PromptStyle[],
): [string, number][] {
  const known = namesFor("training", styles);
  if (options.styles === undefined) {
    const custom = namesFor("training", options.custom);
    return (custom.length > 0 ? custom : known).map((name) => [name, 1]);
  }
  const weights: [string, number][] = Array.isArray(options.styles)
    ? [...new Set(options.styles)].map((name) => [name, 1])
    : Object.entries(options.styles);
  for (const [name] of weights) mustKnow(name, known, "prompts.styles");
  return weights;
}

function namesFor(use: "training" | "inference", styles: readonly PromptStyle[]): string[] {
  return styles.filter((style) => style.use === use || style.use === "both").map((style) => style.name);
}

function draw(weights: readonly (readonly [string, number])[], random: RandomStream): string {
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  let rest = random.uniform() * total;
  for (const [name, weight] of weights) {
    rest -= weight;
    if (rest < 0) return name;
  }
  // Rounding may leave a rest of 0 after the last one.
  return weights.at(-1)![0];
}

function mustKnow(style: string, known: readonly string[], where?: string): void {
  if (!known.includes(style)) throw rarlError("PROMPT_STYLE_UNKNOWN", { style, known, where });
}
