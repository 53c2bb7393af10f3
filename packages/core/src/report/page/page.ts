import { createHash } from "node:crypto";
import { html, Markup, type MarkupValue } from "./markup.js";
import { pageStyle } from "./page-style.js";

/**
 * A whole page that needs nothing else and may load nothing: no script runs, the one style sheet is known by its hash,
 * images are embedded.
 */
export function page(title: string, body: MarkupValue): string {
  const hash = createHash("sha256").update(pageStyle).digest("base64");
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy.join("; ")}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${new Markup(`<style>${pageStyle}</style>`)}
      </head>
      <body>
        ${body}
      </body>
    </html>`;
  return `${document.text}\n`;
}
