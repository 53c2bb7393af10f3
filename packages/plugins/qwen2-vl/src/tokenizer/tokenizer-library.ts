import * as library from "@huggingface/tokenizers";

/** What is used of `@huggingface/tokenizers`, whose own declarations do not resolve under Node's module rules. */
export interface LibraryTokenizer {
  encode(text: string, options: { readonly add_special_tokens: boolean }): { readonly ids: number[] };
  decode(
    ids: readonly number[],
    options: { readonly skip_special_tokens: boolean; readonly clean_up_tokenization_spaces: boolean },
  ): string;
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
  get_vocab(): ReadonlyMap<string, number>;
}

type LibraryConstructor = new (tokenizer: object, config: object) => LibraryTokenizer;

/** The library's tokenizer over the contents of tokenizer.json and tokenizer_config.json. */
export const { Tokenizer } = library as unknown as { readonly Tokenizer: LibraryConstructor };
