import { rarlError } from "@rarl-sdk/core";

/**
 * A name that is safe as part of a file's name.
 * @throws RarlError `RATER_NAME_INVALID`
 */
export function raterName(text: string): string {
  const name = text.normalize("NFC");
  if (!/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,39}$/u.test(name))
    throw rarlError("RATER_NAME_INVALID", { rater: text });
  return name;
}

/** The spelling under which a rater is known already; some file systems tell no difference between cases. */
export function knownSpelling(name: string, known: Iterable<string>): string {
  for (const each of known) if (each.toLowerCase() === name.toLowerCase()) return each;
  return name;
}
