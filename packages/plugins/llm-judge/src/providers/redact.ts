/**
 * A function that takes every one of `secrets` out of a text, also where it is percent-encoded or in base64: servers
 * echo keys in their error messages, and a model can be made to.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret !== "")
    .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")])
    .sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((clean, form) => clean.replaceAll(form, "[key]"), text);
}
