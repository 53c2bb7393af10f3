import { isRarlError, type ReadThumbnail } from "@rarl-sdk/core";
import { thumbnail } from "@rarl-sdk/images";

/** Longest edge of an embedded image, pixels: twice what a page shows, for dense screens. */
const edge = 384;

/** A picture to embed in a page; null for one that cannot be read, which the page then says. */
export const embeddable: ReadThumbnail = async (image) => {
  try {
    return await thumbnail(image, edge);
  } catch (error) {
    if (isRarlError(error)) return null;
    throw error;
  }
};
