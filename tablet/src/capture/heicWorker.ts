/** The thread in which a HEIC photo is decoded: bytes come in, pixels or null go out. */

import libheif from "libheif-js/libheif-wasm/libheif.js";
import decoderUrl from "libheif-js/libheif-wasm/libheif.wasm?url";
import type { HeicAnswer } from "./heic";

addEventListener("message", (event: MessageEvent<Uint8Array>) => {
  void decode(event.data)
    .catch(() => null)
    .then((answer: HeicAnswer) => postMessage(answer, { transfer: answer ? [answer.pixels] : [] }));
});

async function decode(bytes: Uint8Array): Promise<HeicAnswer> {
  const wasmBinary = await (await fetch(decoderUrl)).arrayBuffer();
  const { HeifDecoder } = libheif({ wasmBinary });
  const [image] = new HeifDecoder().decode(bytes); // the first is the primary picture
  if (!image) return null;
  const [width, height] = [image.get_width(), image.get_height()];
  const canvas = { data: new Uint8ClampedArray(width * height * 4), width, height };
  const drawn = await new Promise<unknown>((resolve) => {
    image.display(canvas, resolve);
  });
  return drawn ? { pixels: canvas.data.buffer, width, height } : null;
}
