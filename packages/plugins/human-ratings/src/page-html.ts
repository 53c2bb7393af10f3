/** The page around its script: everything else is made by it. `head` is ours, never of a model. */
export function pageHtml(head: string): string {
  return pageStart(head) + pageEnd;
}

export function pageStart(head: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="same-origin">
<meta name="color-scheme" content="dark light">
<title>Rate answers</title>
${head}
</head>
<body>
<div id="page"><p class="loading">Loading…</p></div>
<noscript><p>This page needs JavaScript.</p></noscript>
`;
}

export const pageEnd = `
</body>
</html>
`;

/** JSON that can stand in a script element: no end tag can occur in it. */
export function jsonForHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
