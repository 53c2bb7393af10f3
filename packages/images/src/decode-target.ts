import { rarlError, type RarlError } from "@rarl-sdk/core";

/** What a decoder must know of an image beside its bytes. */
export interface DecodeTarget {
  /** What messages call it. */
  readonly file: string;
  readonly pixelLimit: number;
}

/**
 * Refuses a size before anything is decoded.
 * @throws RarlError `IMAGE_TOO_LARGE`
 */
export function checkSize({ file, pixelLimit }: DecodeTarget, width: number, height: number): void {
  if (width * height > pixelLimit)
    throw rarlError("IMAGE_TOO_LARGE", { file, width, height, limit: pixelLimit });
}

export function unreadable({ file }: DecodeTarget, reason: string, cause?: unknown): RarlError {
  return rarlError("IMAGE_UNREADABLE", { file, reason }, cause === undefined ? {} : { cause });
}
