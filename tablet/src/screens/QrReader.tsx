/**
 * Reads a QR code through the camera: with the browser's own detector where there is one, else with a decoder of ours.
 *
 * No picture is kept; the camera is off as soon as a code was read or the person turns away.
 */

import { Show, createSignal, onCleanup, onMount } from "solid-js";
import { decodeQR } from "qr/decode.js";
import { Notice } from "../parts/Notice";
import { words } from "../words";
import { entryWords } from "../words/entry";

const say = words(entryWords);
const PAUSE = 120; // ms between two frames
const LONGEST_SIDE = 720; // a decoder in JavaScript is quick enough up to here

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
declare global {
  var BarcodeDetector: { new (options: { formats: string[] }): Detector } | undefined;
}

export default function QrReader(props: { onText(text: string): void }) {
  let video: HTMLVideoElement | undefined;
  let stream: MediaStream | null = null;
  let gone = false;
  const [refused, setRefused] = createSignal(false);

  onMount(async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      if (gone || !video) return stop();
      video.srcObject = stream;
      await video.play();
      await look(video);
    } catch {
      setRefused(true); // no camera, no permission, or no secure page: typing always works
    }
  });
  onCleanup(() => {
    gone = true;
    stop();
  });

  function stop(): void {
    for (const track of stream?.getTracks() ?? []) track.stop();
  }

  async function look(source: HTMLVideoElement): Promise<void> {
    const read = await reader();
    const next = async (): Promise<void> => {
      if (gone) return;
      const text = await read(source);
      if (text !== null && !gone) props.onText(text);
      setTimeout(() => void next(), PAUSE);
    };
    await next();
  }

  return (
    <Show when={!refused()} fallback={<Notice kind="warning">{say("scanNoCamera")}</Notice>}>
      <figure class="scan">
        <video ref={(element) => (video = element)} muted playsinline aria-label={say("scanLooking")} />
        <figcaption>{say("scanLooking")}</figcaption>
      </figure>
    </Show>
  );
}

/** How this browser reads a frame. A detector that exists and still cannot read QR codes is passed over. */
async function reader(): Promise<(source: HTMLVideoElement) => Promise<string | null>> {
  if (globalThis.BarcodeDetector) {
    try {
      const detector = new globalThis.BarcodeDetector({ formats: ["qr_code"] });
      await detector.detect(document.createElement("video")).catch((error: unknown) => {
        if (error instanceof DOMException && error.name === "NotSupportedError") throw error;
      });
      return async (source) => (await detector.detect(source))[0]?.rawValue ?? null;
    } catch {
      // Some Android builds ship the name without the service behind it.
    }
  }
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return (source) => {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(source.videoWidth, source.videoHeight, 1));
    canvas.width = Math.round(source.videoWidth * scale);
    canvas.height = Math.round(source.videoHeight * scale);
    if (!pen || canvas.width === 0) return Promise.resolve(null);
    pen.drawImage(source, 0, 0, canvas.width, canvas.height);
    try {
      return Promise.resolve(decodeQR(pen.getImageData(0, 0, canvas.width, canvas.height)));
    } catch {
      return Promise.resolve(null); // no code in this frame
    }
  };
}
