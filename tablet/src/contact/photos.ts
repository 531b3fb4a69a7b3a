/** Photos that the office holds of a case, as small renditions: asked for one by one, and never kept on the tablet. */

import type { CasePhoto } from "../field";
import type { Line } from "./session";

interface WirePhoto {
  statement: string;
  digest: string;
  shot: string;
  received_at: string;
}

/** The newest statement's first. Throws what the line throws. */
export async function listPhotos(line: Line, caseId: string): Promise<CasePhoto[]> {
  await line.open();
  const path = `/cases/${encodeURIComponent(caseId)}/photos`;
  const photos = await line.json<WirePhoto[]>({ method: "GET", path });
  return photos.map(({ received_at: receivedAt, ...photo }) => ({ ...photo, receivedAt }));
}

export async function fetchPhoto(line: Line, statement: string, digest: string): Promise<Blob> {
  await line.open();
  const path = `/photos/${encodeURIComponent(statement)}/${encodeURIComponent(digest)}`;
  return new Blob([new Uint8Array(await line.bytes({ method: "GET", path }))], { type: "image/jpeg" });
}
