/**
 * HEIC, the format of many phones' cameras, as pixels: browsers other than Safari cannot open it.
 *
 * The decoder (libheif, compiled to WebAssembly) is loaded with the first such photo and works in a thread of its own;
 * it is gone again afterwards, for it holds a few hundred megabytes.
 */

export class HeicUnreadable extends Error {}

/** The upright picture. Throws HeicUnreadable. */
export function decodeHeic(bytes: Uint8Array): Promise<ImageData> {
  const worker = new Worker(new URL("./heicWorker.ts", import.meta.url), { type: "module" });
  const decoded = new Promise<ImageData>((resolve, reject) => {
    worker.addEventListener("message", (event: MessageEvent<HeicAnswer>) => {
      if (event.data === null) reject(new HeicUnreadable("not a picture that the decoder knows"));
      else resolve(new ImageData(new Uint8ClampedArray(event.data.pixels), event.data.width, event.data.height));
    });
    worker.addEventListener("error", () => reject(new HeicUnreadable("the decoder could not be started")));
  });
  worker.postMessage(bytes, { transfer: [] }); // a copy: the photo is still needed here
  return decoded.finally(() => worker.terminate());
}

export type HeicAnswer = { pixels: ArrayBuffer; width: number; height: number } | null;
