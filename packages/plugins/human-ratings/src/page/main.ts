import { FileStore } from "./file-store.js";
import type { ExportedSession } from "./protocol.js";
import { RatingScreen } from "./rating-screen.js";
import type { RatingStore } from "./rating-store.js";
import { ServerStore } from "./server-store.js";
import { askRater } from "./start-screen.js";
import { keptStorage } from "./storage.js";

/** Which rater this tab belongs to, so that a reload goes on at once. */
const tabKey = "rarl-rater";

async function start(): Promise<void> {
  const place = document.getElementById("page")!;
  const exported = document.getElementById("session")?.textContent;
  const store: RatingStore =
    exported == null ? new ServerStore() : new FileStore(JSON.parse(exported) as ExportedSession);
  const info = await store.info();
  const known = info.rater ?? tabRater(info.session);
  const rater = known ?? (await askRater(place, store, info));
  rememberRater(info.session, rater);
  const screen = new RatingScreen(store, info.session, await store.open(rater), keptStorage());
  place.replaceChildren(screen.root);
  await screen.begin();
}

function tabRater(session: string): string | null {
  try {
    const [kept, rater] = JSON.parse(sessionStorage.getItem(tabKey) ?? "[]") as string[];
    return kept === session && rater !== undefined ? rater : null;
  } catch {
    return null;
  }
}

function rememberRater(session: string, rater: string): void {
  try {
    sessionStorage.setItem(tabKey, JSON.stringify([session, rater]));
  } catch {
    // Some browsers give local files no storage; the page then asks again after a reload.
  }
}

start().catch((error: unknown) => {
  const message = document.createElement("p");
  message.className = "problem";
  message.setAttribute("role", "alert");
  message.textContent = (error as Error).message;
  document.getElementById("page")!.replaceChildren(message);
});
