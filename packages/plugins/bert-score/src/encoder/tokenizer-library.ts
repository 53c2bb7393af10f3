import * as library from "@huggingface/tokenizers";

/** What is used of `@huggingface/tokenizers`, whose own declarations do not resolve under Node's module rules. */
export interface LibraryTokenizer {
  encode(text: string, options: { readonly add_special_tokens: boolean }): { readonly ids: number[] };
  get_vocab(): ReadonlyMap<string, number>;
}

type LibraryConstructor = new (tokenizer: object, config: object) => LibraryTokenizer;

/** The library's tokenizer over the contents of tokenizer.json and tokenizer_config.json. */
export const { Tokenizer } = library as unknown as { readonly Tokenizer: LibraryConstructor };
