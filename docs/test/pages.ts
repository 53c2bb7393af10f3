import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const docsFolder = fileURLToPath(new URL("..", import.meta.url));
export const repositoryRoot = dirname(docsFolder.replace(/[/\\]$/, ""));

/** A code block that says which file it is. */
export interface FileBlock {
  /** Page it stands on, relative to docs/. */
  readonly page: string;
  readonly language: string;
  /** Where the reader would put it, relative to the clone's root. */
  readonly file: string;
  readonly text: string;
}

/** Pages of the documentation, relative to docs/. */
export async function listPages(): Promise<string[]> {
  const entries = await readdir(docsFolder, { recursive: true, withFileTypes: true });
  return entries
    .filter((item) => item.isFile() && item.name.endsWith(".md"))
    .map((item) => relative(docsFolder, join(item.parentPath, item.name)))
    .sort();
}

/**
 * Blocks of a page that name their file: by a comment on their first line (`// file: a.ts`, `# file: a.yaml`), or,
 * where the language has no comments, after it (```` ```json file=a.json ````).
 */
export async function fileBlocks(page: string): Promise<FileBlock[]> {
  const content = await readFile(join(docsFolder, page), "utf8");
  return [...content.matchAll(/^```(\w+)(?: +file=(\S+))?\n([\s\S]*?)^```$/gm)].flatMap((match) => {
    const [, language = "", named, text = ""] = match;
    const file = named ?? /^(?:\/\/|#) file: (\S+)\n/.exec(text)?.[1];
    return file === undefined ? [] : [{ page, language, file, text }];
  });
}

/** Links of a page to files, without their anchors. */
export async function fileLinks(page: string): Promise<string[]> {
  const content = await readFile(join(docsFolder, page), "utf8");
  return [...content.matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, target = ""]) => target);
}

/** Lines of a page's shell blocks that begin with `prefix`. */
export async function shellLines(page: string, prefix: string): Promise<string[]> {
  const content = await readFile(join(docsFolder, page), "utf8");
  const shell = [...content.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text).join("");
  return shell.split("\n").filter((line) => line.startsWith(prefix));
}
