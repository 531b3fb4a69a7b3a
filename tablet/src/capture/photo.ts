/**
 * From a file to a photo that can be evidence: the camera's own bytes wherever the server takes them, else a JPEG with
 * the camera's EXIF.
 *
 * What comes out is what is hashed, stored and sent. A photo is made smaller only above a size that no document needs,
 * and turned upright only when it is written anew; then its EXIF says so.
 */

import { exifOf, withExif } from "./exifBlock";
import { readExif, uprightExif, type ExifClaims } from "./exif";
import { isPhoto, kindOf, storedSize, type PhotoKind, type RefusedKind, type Size } from "./formats";
import { decodeHeic } from "./heic";

export const LONGEST_SIDE = 4096;
export const MOST_BYTES = 6_000_000;
const LARGEST_FILE = 150_000_000;
const QUALITIES = [0.85, 0.7, 0.5];

/** Why a file cannot be taken; the words for it are the screen's. */
export class PhotoRefused extends Error {
  constructor(readonly reason: RefusedKind | "unreadable" | "too_large") {
    super(reason);
  }
}

export interface TakenPhoto {
  bytes: Uint8Array;
  mediaType: "image/jpeg" | "image/png";
  exif: ExifClaims | null;
  /** What was done to the camera's file, as claims of the statement; empty when nothing was. */
  changed: Record<string, string>;
}

/** Throws PhotoRefused. */
export async function takePhoto(original: Uint8Array<ArrayBuffer>): Promise<TakenPhoto> {
  const kind = kindOf(original);
  if (!isPhoto(kind)) throw new PhotoRefused(kind);
  if (original.length > LARGEST_FILE) throw new PhotoRefused("too_large");
  const tiff = exifOf(original, kind);
  const exif = tiff && readExif(tiff);
  const picture = await decode(original, kind);
  try {
    if (mayStay(storedSize(original, kind), original.length)) {
      return { bytes: original, mediaType: kind === "png" ? "image/png" : "image/jpeg", exif, changed: {} };
    }
    const size = fitted(picture);
    const turned = kind === "webp" ? tiff : tiff && uprightExif(tiff);
    const jpeg = withExif(await encode(picture, size), turned);
    const changed: Record<string, string> = { original_length: String(original.length) };
    if (kind !== "jpeg") changed["original_type"] = kind;
    if (size.width !== picture.width) changed["scaled"] = "yes";
    return { bytes: jpeg, mediaType: "image/jpeg", exif, changed };
  } finally {
    picture.close();
  }
}

/** Whether the server takes the file as it is, and it is no larger than anybody needs. */
export function mayStay(size: Size | null, length: number): boolean {
  if (size === null || length > MOST_BYTES) return false;
  return Math.max(size.width, size.height) <= LONGEST_SIDE;
}

/** The same shape, no side longer than the longest; never enlarged. */
export function fitted(size: Size): Size {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(size.width, size.height));
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}

/**
 * The picture the right way up, so that its EXIF must say so too. Only WebP stays as it lies, and keeps its tag: browsers
 * do not agree whether its orientation counts. That a picture opens at all is found out here, while it can still be
 * taken again.
 */
async function decode(bytes: Uint8Array<ArrayBuffer>, kind: PhotoKind): Promise<ImageBitmap> {
  try {
    const source = kind === "heic" ? await decodeHeic(bytes) : new Blob([bytes], { type: `image/${kind}` });
    return await createImageBitmap(source, { imageOrientation: kind === "webp" ? "none" : "from-image" });
  } catch {
    throw new PhotoRefused("unreadable");
  }
}

async function encode(picture: ImageBitmap, size: Size): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const pen = canvas.getContext("2d");
  if (pen === null) throw new PhotoRefused("too_large"); // no memory for a canvas of this size
  pen.fillStyle = "white"; // a transparent PNG has no paper of its own
  pen.fillRect(0, 0, size.width, size.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, size.width, size.height);
  for (const quality of QUALITIES) {
    const jpeg = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality })).arrayBuffer());
    if (jpeg.length <= MOST_BYTES || quality === QUALITIES.at(-1)) return jpeg;
  }
  throw new PhotoRefused("too_large");
}
