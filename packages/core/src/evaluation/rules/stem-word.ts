import { createRequire } from "node:module";

/** Snowball's English stemmer (Porter 2); the package has no types of its own. */
export const stemWord = createRequire(import.meta.url)("wink-porter2-stemmer") as (word: string) => string;
