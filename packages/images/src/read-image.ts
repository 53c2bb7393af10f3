import { readFile } from "node:fs/promises";
import { rarlError, type ImageSource } from "@rarl-sdk/core";

/** What messages call an image. */
export function imageLabel(source: ImageSource): string {
  return "path" in source ? source.path : source.label;
}

/**
 * The encoded bytes of an image, wherever it lies.
 * @throws RarlError `IMAGE_MISSING`, `IMAGE_UNREADABLE`, and what the data set it lies in throws
 */
export async function readImage(source: ImageSource): Promise<Uint8Array> {
  if ("bytes" in source) return source.bytes;
  if ("read" in source) return source.read();
  const { path } = source;
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw rarlError("IMAGE_MISSING", { file: path }, { cause: error });
    }
    throw rarlError("IMAGE_UNREADABLE", { file: path, reason: oneLine(error) }, { cause: error });
  }
}

/** A decoder's or the system's message in one line. */
export function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split("\n").join("; ");
}
