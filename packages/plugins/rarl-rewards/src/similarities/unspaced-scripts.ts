/** Character class (for the `u` flag) of scripts that put no spaces between words; every character is a token. */
export const unspacedScripts = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}`;
