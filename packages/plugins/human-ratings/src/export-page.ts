import { createHash } from "node:crypto";
import { writeFileAtomic } from "@rarl-sdk/core";
import { ImageShelf } from "./image-shelf.js";
import { pageAssets } from "./page-assets.js";
import { jsonForHtml, pageEnd, pageStart } from "./page-html.js";
import type { ExportedSession } from "./page/protocol.js";
import { ratedItem } from "./rated-item.js";
import { raterName } from "./rater-name.js";
import type { RatingSession } from "./rating-session.js";

export interface ExportRequest {
  readonly session: RatingSession;
  readonly file: string;
  /** The one rater that the file is for, in whose order it is; null lets the page ask for a name. */
  readonly rater: string | null;
}

/**
 * Writes one HTML file with the page, the items and their images. It opens from a disk without a server, sends nothing
 * anywhere and knows nothing of systems.
 * @throws RarlError of unreadable images, `OUTPUT_NOT_WRITABLE`, `DISK_FULL`
 */
export async function exportPage({ session, file, rater }: ExportRequest): Promise<void> {
  const { script, style } = await pageAssets();
  const shelf = new ImageShelf(session);
  await writeFileAtomic(file, async (handle) => {
    await handle.appendFile(pageStart(`${contentPolicy(script, style)}\n<style>${style}</style>`));
    const images: Record<string, string> = {};
    for (const name of shelf.all) {
      const { bytes, type } = await shelf.get(name);
      images[name] = type;
      await handle.appendFile(`<script type="text/plain" id="image-${name}">`);
      await handle.appendFile(Buffer.from(bytes).toString("base64"));
      await handle.appendFile("</script>\n");
    }
    const exported: ExportedSession = {
      session: session.id,
      seed: session.seed,
      limit: session.limit,
      rater: rater === null ? null : raterName(rater),
      order: session.orderFor(rater ?? ""),
      items: await Promise.all([...session.items.values()].map((item) => ratedItem(item, shelf))),
      images,
    };
    await handle.appendFile(
      `<script type="application/json" id="session">${jsonForHtml(exported)}</script>\n`,
    );
    await handle.appendFile(`<script>${script}</script>${pageEnd}`);
  });
}

/** Lets run what this file was written with and nothing else; nothing can be sent or fetched. */
function contentPolicy(script: string, style: string): string {
  const policy =
    `default-src 'none'; script-src '${hashSource(script)}'; style-src '${hashSource(style)}'; base-uri 'none'; ` +
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
  return `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
}

function hashSource(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
