/**
 * A large white box to write one's name in, with a finger, a pen or a mouse.
 *
 * When the tablet is turned, what is written keeps its shape. Whoever cannot write chooses another way of signing; that
 * choice stands beside the pad, not in it.
 */

import SignaturePad, { type PointGroup } from "signature_pad";
import { Show, createSignal, onCleanup, onMount } from "solid-js";
import { Icon } from "../parts/Icon";
import { words } from "../words";
import { captureWords } from "../words/capture";
import { TooMuchInk, writeInk } from "./ink";
import "./capture.css";

const say = words(captureWords);

export interface InkPadProps {
  /** Whose name is to be written: read out, and shown above the box. */
  label: string;
  /** After each stroke, and with null when it was wiped. */
  onInk(ink: Uint8Array | null): void;
}

export function InkPad(props: InkPadProps) {
  const [strokes, setStrokes] = createSignal(0);
  const [tooMuch, setTooMuch] = createSignal(false);
  let canvas: HTMLCanvasElement | undefined;
  let pad: SignaturePad | undefined;
  let width = 0;
  let height = 0;

  onMount(() => {
    if (!canvas) return;
    pad = new SignaturePad(canvas, {
      penColor: "#14201f",
      minWidth: 1.6,
      maxWidth: 3.6,
      minDistance: 1.5,
      throttle: 8,
    });
    pad.addEventListener("endStroke", tell);
    fit();
    const watch = new ResizeObserver(fit);
    watch.observe(canvas);
    onCleanup(() => {
      watch.disconnect();
      pad?.off();
    });
  });

  /** Gives the canvas a dot for each dot of the screen. Resizing wipes it, so what was written is drawn again. */
  function fit(): void {
    if (!pad || !canvas) return;
    const { clientWidth, clientHeight } = canvas;
    if (clientWidth === 0 || (clientWidth === width && clientHeight === height)) return;
    const scale = width > 0 ? Math.min(clientWidth / width, clientHeight / height) : 1;
    const written = pad.toData().map((group) => scaled(group, scale));
    const dots = Math.max(1, devicePixelRatio);
    canvas.width = Math.round(clientWidth * dots);
    canvas.height = Math.round(clientHeight * dots);
    canvas.getContext("2d")?.scale(dots, dots);
    [width, height] = [clientWidth, clientHeight];
    pad.fromData(written);
    if (written.length > 0) tell();
  }

  function tell(): void {
    const written = pad?.toData().map((group) => group.points) ?? [];
    setStrokes(written.length);
    try {
      props.onInk(writeInk({ width, height }, written));
      setTooMuch(false);
    } catch (error) {
      if (!(error instanceof TooMuchInk)) throw error;
      setTooMuch(true);
      props.onInk(null);
    }
  }

  function wipe(): void {
    pad?.clear();
    setStrokes(0);
    setTooMuch(false);
    props.onInk(null);
  }

  return (
    <div class="ink-pad">
      <p class="field-label">{props.label}</p>
      <div class="ink-paper">
        <canvas ref={(element) => (canvas = element)} role="img" aria-label={`${props.label}。${say("pad")}`} />
        <Show when={strokes() === 0}>
          <span class="ink-help" aria-hidden="true">
            {say("padHelp")}
          </span>
        </Show>
      </div>
      <div class="ink-foot">
        <p role="status" class="soft small figures">
          {strokes() > 0 ? say("written", { count: strokes() }) : say("blank")}
        </p>
        <button type="button" class="button quiet" disabled={strokes() === 0} onClick={wipe}>
          <Icon name="erase" />
          {say("clear")}
        </button>
      </div>
      <Show when={tooMuch()}>
        <p class="field-error" role="alert">
          {say("tooMuch")}
        </p>
      </Show>
    </div>
  );
}

function scaled(group: PointGroup, scale: number): PointGroup {
  return { ...group, points: group.points.map((point) => ({ ...point, x: point.x * scale, y: point.y * scale })) };
}
