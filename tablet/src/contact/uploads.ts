/**
 * Files on their way: several at a time, each resumed at the byte where the server says that it stands, also after the
 * tablet was switched off in between.
 *
 * The server keeps an upload under an address that follows from tablet and file, so a lost answer costs nothing. A file
 * that the server will not take is set aside with its reason; the others go on.
 */

import { Upload, type DetailedError, type FileReader as TusFileReader } from "tus-js-client";
import { changeFile, setFileAside, undelivered } from "../store/outbox";
import type { StoredFile } from "../store/db";
import type { Pace } from "./pace";
import type { Line } from "./session";
import { API, ComeLater, LinkCut, Refused, SessionOver, trouble } from "./wire";

/** Bytes that the server has of each file under way, by digest. */
export type UploadProgress = (digest: string, sent: number) => void;

export async function uploadAll(line: Line, pace: Pace, progress: UploadProgress): Promise<void> {
  const waiting = await undelivered(line.db);
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (;;) {
      const file = waiting.shift();
      if (file === undefined || failures.length > 0) return;
      try {
        await uploadOne(line, pace, file, progress);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: pace.uploadsAtOnce }, worker));
  if (failures.length > 0) throw failures[0];
}

/** To the end of this file, or throws LinkCut, ComeLater, SessionOver. */
async function uploadOne(line: Line, pace: Pace, file: StoredFile, progress: UploadProgress): Promise<void> {
  const { digest } = file;
  const box = (await line.db.get("boxes", digest))?.box;
  if (box === undefined) return; // it has been cleared in the meantime
  try {
    await send(line, pace, file, box, progress);
    await changeFile(line.db, digest, { delivered: true, url: null, offset: box.length });
  } catch (error) {
    if (error instanceof SessionOver) await line.forgetToken();
    if (!(error instanceof Refused)) throw error;
    if (error.is("too-many-uploads")) throw new ComeLater(null);
    await setFileAside(line.db, digest, error.problem);
  }
}

async function send(
  line: Line,
  pace: Pace,
  file: StoredFile,
  box: Uint8Array,
  progress: UploadProgress,
): Promise<void> {
  const headers = { Authorization: await line.authorization() };
  await new Promise<void>((resolve, reject) => {
    let stalled: ReturnType<typeof setTimeout>;
    let ended = false;
    const end = (how: () => void): void => {
      if (ended) return;
      ended = true;
      clearTimeout(stalled);
      how();
    };
    const alive = (): void => {
      clearTimeout(stalled);
      if (ended) return;
      stalled = setTimeout(() => {
        void upload.abort();
        end(() => reject(new LinkCut("the upload stands still")));
      }, pace.stall);
    };
    const upload = new Upload(new Blob(), {
      endpoint: `${line.wire.origin}${API}/uploads`,
      uploadUrl: file.url,
      metadata: { digest: file.digest, box: "1" },
      headers,
      chunkSize: pace.piece,
      retryDelays: pace.uploadRetries,
      storeFingerprintForResuming: false,
      fingerprint: () => Promise.resolve(""),
      fileReader: bytesOf(box),
      onShouldRetry: (error) => worthAnotherTry(error),
      onUploadUrlAvailable: () => {
        alive();
        if (upload.url !== null) void changeFile(line.db, file.digest, { url: upload.url }).catch(() => undefined);
      },
      onProgress: (sent) => {
        alive();
        progress(file.digest, sent);
      },
      onChunkComplete: (_piece, accepted) => {
        alive();
        void changeFile(line.db, file.digest, { offset: accepted }).catch(() => undefined);
      },
      onSuccess: () => end(resolve),
      onError: (error) => end(() => reject(meaning(error))),
    });
    alive();
    upload.start();
  });
}

/** A line that broke, or an upload that the server still waits with for the rest of a piece that was cut. */
function worthAnotherTry(error: DetailedError): boolean {
  const status = error.originalResponse?.getStatus() ?? 0;
  return status === 0 || status === 409 || status === 423 || status === 460;
}

function meaning(error: Error | DetailedError): Error {
  const answer = "originalResponse" in error ? error.originalResponse : null;
  const status = answer?.getStatus() ?? 0;
  if (!answer || status === 0) return new LinkCut("the line broke");
  if (status === 423 || status === 409 || status === 460 || status === 507) return new ComeLater(null);
  return trouble(status, answer.getHeader("Retry-After") ?? null, answer.getBody());
}

/** The box as it lies in memory, for browsers and for Node alike. */
function bytesOf(box: Uint8Array): TusFileReader {
  return {
    openFile: () =>
      Promise.resolve({
        size: box.length,
        slice: (from: number, to: number) => {
          const piece = box.subarray(from, Math.min(to, box.length));
          // tus-js-client takes a piece without a size for an empty one, and then waits for the rest for ever.
          return Promise.resolve({ value: Object.assign(piece, { size: piece.length }), done: to >= box.length });
        },
        close: () => undefined,
      }),
  };
}
