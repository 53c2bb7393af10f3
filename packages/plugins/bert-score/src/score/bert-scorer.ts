import type { TextEncoder } from "../encoder/text-encoder.js";
import { rescale, type BertScore } from "./baseline.js";
import { EmbeddingCache } from "./embedding-cache.js";
import { encodeSentences } from "./encode-sentences.js";
import { greedyMatch, type EncodedSentence, type SentencePair } from "./greedy-match.js";
import { idfWeights, uniformWeights, type TokenWeights } from "./idf.js";

/** A candidate and what it may be compared with. */
export interface ScoreRequest {
  readonly candidate: string;
  /** The score is the best over them, for precision, recall and F1 each; 0 without any. */
  readonly references: readonly string[];
}

export interface BertScorerOptions {
  /** Reference texts from which token weights are computed; without them every token counts alike. */
  readonly idfTexts?: readonly string[] | undefined;
  /** What unrelated texts score, to rescale by; without it scores are raw. */
  readonly baseline?: BertScore | undefined;
  /** Tokens encoded at a time; 4,096 by default. */
  readonly tokensPerBatch?: number;
  /** Memory for encoded references, in bytes; 256 MiB by default. */
  readonly cacheBytes?: number;
}

/** Pairs compared between two reads from the engine. */
const pairsPerRead = 64;

/**
 * BERTScore as the package bert_score computes it: texts are stripped and encoded, the cosine of every token pair is
 * taken, and precision, recall and F1 are means of the best matches. An empty text scores 0 against everything, before
 * rescaling. Encoded references are kept in memory for later calls.
 */
export class BertScorer {
  private readonly weights: TokenWeights;
  private readonly cache: EmbeddingCache;

  constructor(
    private readonly encoder: TextEncoder,
    private readonly options: BertScorerOptions = {},
  ) {
    const { tokenizer } = encoder;
    const { first, last } = tokenizer.specialIds;
    this.weights =
      options.idfTexts === undefined
        ? uniformWeights([first, last])
        : idfWeights(options.idfTexts.map((text) => tokenizer.encode(text)));
    this.cache = new EmbeddingCache(options.cacheBytes ?? 256 * 2 ** 20);
  }

  /** References whose outputs are in memory. */
  get cachedReferences(): number {
    return this.cache.size;
  }

  /** One score a request, in order. Rescaled when there is a baseline, and then below 0 for less than it. */
  async score(requests: readonly ScoreRequest[], signal: AbortSignal): Promise<readonly BertScore[]> {
    signal.throwIfAborted();
    const encoded = await this.encode(requests, signal);
    const pairs = requests.flatMap(({ candidate, references }) =>
      references.map((reference) => ({
        candidate: encoded.get(candidate.trim()),
        reference: encoded.get(reference.trim()),
      })),
    );
    const scores = await this.match(pairs, signal);
    let offset = 0;
    return requests.map(({ references }) => {
      const best = bestOf(scores.slice(offset, offset + references.length));
      offset += references.length;
      return this.options.baseline === undefined ? best : rescale(best, this.options.baseline);
    });
  }

  /** Every text of the requests that is not empty, stripped, each encoded once. */
  private async encode(
    requests: readonly ScoreRequest[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, EncodedSentence>> {
    const references = new Set(requests.flatMap((request) => request.references.map((text) => text.trim())));
    const texts = new Set([...references, ...requests.map(({ candidate }) => candidate.trim())]);
    texts.delete("");
    const encoded = new Map<string, EncodedSentence>();
    for (const text of texts) {
      const known = this.cache.get(text);
      if (known !== undefined) encoded.set(text, known);
    }
    const missing = [...texts].filter((text) => !encoded.has(text));
    const ids = missing.map((text) => this.encoder.tokenizer.encode(text));
    const sentences = await encodeSentences(this.encoder, ids, this.options.tokensPerBatch ?? 4096, signal);
    for (const [index, text] of missing.entries()) {
      const sentence = sentences[index]!;
      encoded.set(text, sentence);
      if (references.has(text)) this.cache.set(text, sentence);
    }
    return encoded;
  }

  private async match(
    pairs: readonly { candidate: EncodedSentence | undefined; reference: EncodedSentence | undefined }[],
    signal: AbortSignal,
  ): Promise<readonly BertScore[]> {
    const scores = pairs.map(() => nothing);
    const full = pairs.flatMap(({ candidate, reference }, index) =>
      // Text that the tokenizer drops entirely is as empty as none.
      candidate === undefined || reference === undefined || isEmpty(candidate) || isEmpty(reference)
        ? []
        : [{ index, pair: { candidate, reference } satisfies SentencePair }],
    );
    for (let start = 0; start < full.length; start += pairsPerRead) {
      signal.throwIfAborted();
      const part = full.slice(start, start + pairsPerRead);
      const found = await greedyMatch(
        part.map(({ pair }) => pair),
        this.weights,
      );
      for (const [at, { index }] of part.entries()) scores[index] = found[at]!;
    }
    return scores;
  }
}

const nothing: BertScore = { precision: 0, recall: 0, f1: 0 };

/** Nothing but the two special tokens. */
function isEmpty({ ids }: EncodedSentence): boolean {
  return ids.length === 2;
}

function bestOf(scores: readonly BertScore[]): BertScore {
  if (scores.length === 0) return nothing;
  return {
    precision: Math.max(...scores.map(({ precision }) => precision)),
    recall: Math.max(...scores.map(({ recall }) => recall)),
    f1: Math.max(...scores.map(({ f1 }) => f1)),
  };
}
