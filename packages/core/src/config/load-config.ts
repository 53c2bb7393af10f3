import { readFile } from "node:fs/promises";
import path from "node:path";
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Document, type Node } from "yaml";
import { rarlError } from "../errors/rarl-error.js";
import { reasonOf } from "../errors/to-rarl-error.js";
import type { ConfigPlace } from "../errors/config.js";
import type { ConfigPath } from "./config-path.js";

/** Where the value or key at a path stands in the file; that of the nearest part of the path when it is missing. */
export type Locate = (path: ConfigPath) => ConfigPlace | null;

/** A configuration file as it was read, not yet checked. */
export interface LoadedConfig {
  readonly file: string;
  /** Folder of the file, from which relative paths in it start. */
  readonly baseDirectory: string;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly locate: Locate;
}

/** The key's node in a map, the item itself in a list. */
function nodeAt(document: Document, at: ConfigPath): Node | null {
  const parent: unknown = at.length === 1 ? document.contents : document.getIn(at.slice(0, -1), true);
  const last = at.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === last);
    return isPair(pair) && isNode(pair.key) ? pair.key : null;
  }
  const node: unknown = document.getIn(at, true);
  return isNode(node) ? node : null;
}

function locator(document: Document, lines: LineCounter): Locate {
  return (at) => {
    for (let length = at.length; length > 0; length--) {
      const range = nodeAt(document, at.slice(0, length))?.range;
      if (!range) continue;
      const { line, col } = lines.linePos(range[0]);
      return { line, column: col };
    }
    return null;
  };
}

/**
 * Parses the text of a configuration; `file` is for messages.
 * @throws RarlError `CONFIG_SYNTAX`, `CONFIG_INVALID` when it is no mapping
 */
export function parseConfigText(text: string, file: string): LoadedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw rarlError(
      "CONFIG_SYNTAX",
      { file, place: { line, column: col }, reason: error.message },
      { cause: error },
    );
  }
  let raw: unknown;
  try {
    raw = document.toJS() ?? {};
  } catch (thrown) {
    // Unknown aliases, or so many that they look like an attack.
    throw rarlError("CONFIG_SYNTAX", { file, place: null, reason: reasonOf(thrown) }, { cause: thrown });
  }
  if (typeof raw !== "object" || Array.isArray(raw)) {
    throw rarlError("CONFIG_INVALID", { file, problems: ["the file must hold keys and values at its top"] });
  }
  const baseDirectory = path.dirname(path.resolve(file));
  return { file, baseDirectory, raw: raw as Record<string, unknown>, locate: locator(document, lines) };
}

/**
 * Reads a YAML configuration file.
 * @throws RarlError `CONFIG_MISSING`, `CONFIG_UNREADABLE`, `CONFIG_SYNTAX`, `CONFIG_INVALID` when it is no mapping
 */
export async function loadConfigFile(file: string): Promise<LoadedConfig> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw rarlError("CONFIG_MISSING", { file }, { cause: error });
    const reason = code === "EISDIR" ? "it is a folder" : reasonOf(error);
    throw rarlError("CONFIG_UNREADABLE", { file, reason }, { cause: error });
  }
  return parseConfigText(text, file);
}
