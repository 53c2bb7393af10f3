/** Exit codes of the command line, by kind of error. */
export const exitCodes = {
  internal: 1,
  usage: 2,
  config: 3,
  plugin: 4,
  environment: 5,
  data: 6,
  interrupted: 130,
} as const;

export type ErrorKind = keyof typeof exitCodes;

/** One entry of the catalogue: `Details` are the facts a thrower must supply. */
export interface CatalogueEntry<Details> {
  readonly kind: ErrorKind;
  /** What is wrong and where, one sentence without a final stop's worth of advice. */
  readonly message: (details: Details) => string;
  /** What to do about it. */
  readonly remedy: string;
  /** Two or three sentences for `rarl-sdk explain`: when this happens and why it is refused. */
  readonly explanation: string;
}

export function entry<Details>(value: CatalogueEntry<Details>): CatalogueEntry<Details> {
  return value;
}
