/**
 * Visits and interviews that are not sealed yet, and the photos and ink that belong to them.
 *
 * Answers and photos are written in separate transactions: a device that has no room for a photo has room for the
 * answers. Each save counts the draft's revision up, and a save over a revision that this tab has not read is refused.
 */

import { DraftTakenOver } from "../field";
import type { Vault } from "../keys/vault";
import { digestOf } from "../sync/envelope";
import { toHex } from "../sync/bytes";
import type { Database } from "./db";
import { durably, mustEqual } from "./durable";
import type { DraftContent, DraftRow } from "./records";
import { openJson, sealJson } from "./vaulted";

export class Drafts {
  /** Revisions as this tab has read or written them, by draft. */
  private readonly revisions = new Map<string, number>();
  private readonly saving = new Map<string, Promise<unknown>>();

  constructor(
    private readonly db: Database,
    private readonly vault: Vault,
  ) {}

  async begin(content: DraftContent): Promise<string> {
    const id = toHex(crypto.getRandomValues(new Uint8Array(16)));
    await this.write(id, content, null);
    return id;
  }

  async open(id: string): Promise<DraftContent> {
    const row = await this.db.get("drafts", id);
    if (row === undefined) throw new DraftTakenOver("the draft is gone");
    const content = await this.read(row);
    this.revisions.set(id, row.revision);
    return content;
  }

  /** Saves of one draft follow each other in the order in which they were asked for. */
  save(id: string, content: DraftContent): Promise<void> {
    const after = this.saving.get(id) ?? Promise.resolve();
    const saved = after.catch(() => undefined).then(() => this.write(id, content, this.revisions.get(id) ?? null));
    this.saving.set(id, saved);
    return saved;
  }

  async discard(id: string): Promise<void> {
    await this.saving.get(id)?.catch(() => undefined);
    await durably(this.db, ["drafts", "draftFiles"], async (tx) => {
      await tx.objectStore("drafts").delete(id);
      const files = tx.objectStore("draftFiles");
      for (const key of await files.index("draft").getAllKeys(id)) await files.delete(key);
    });
    this.revisions.delete(id);
  }

  /** The hex SHA-256 of the bytes, once they rest here. */
  async keepFile(draft: string, bytes: Uint8Array): Promise<string> {
    const digest = digestOf(bytes);
    const sealed = await this.vault.seal(bytes, boundFile(draft, digest));
    await durably(this.db, ["drafts", "draftFiles"], async (tx) => {
      if ((await tx.objectStore("drafts").getKey(draft)) === undefined) throw new DraftTakenOver("the draft is gone");
      await tx.objectStore("draftFiles").put({ digest, draft, sealed });
    });
    mustEqual(sealed, (await this.db.get("draftFiles", [draft, digest]))?.sealed);
    return digest;
  }

  async openFile(digest: string): Promise<Uint8Array> {
    const row = await this.db.getFromIndex("draftFiles", "digest", digest);
    if (row === undefined) throw new FileGone("the file is not on this tablet");
    return this.vault.open(row.sealed, boundFile(row.draft, digest));
  }

  /** Every draft, the newest first. */
  async all(): Promise<{ row: DraftRow; content: DraftContent }[]> {
    const rows = await this.db.getAll("drafts");
    const opened = await Promise.all(rows.map(async (row) => ({ row, content: await this.read(row) })));
    return opened.toSorted((a, b) => b.row.updatedAt - a.row.updatedAt);
  }

  private read(row: DraftRow): Promise<DraftContent> {
    return openJson<DraftContent>(this.vault, row.sealed, boundDraft(row.id));
  }

  private async write(id: string, content: DraftContent, known: number | null): Promise<void> {
    const sealed = await sealJson(this.vault, content, boundDraft(id));
    const revision = (known ?? 0) + 1;
    await durably(this.db, ["drafts"], async (tx) => {
      const drafts = tx.objectStore("drafts");
      if (((await drafts.get(id))?.revision ?? null) !== known)
        throw new DraftTakenOver("another tab has written it");
      await drafts.put({ id, updatedAt: Date.now(), revision, sealed });
    });
    const kept = await this.db.get("drafts", id);
    if (kept !== undefined && kept.revision > revision) throw new DraftTakenOver("another tab has written it");
    mustEqual(sealed, kept?.sealed);
    this.revisions.set(id, revision);
  }
}

/** A photo or ink that neither a draft nor the outbox holds any more. */
export class FileGone extends Error {}

function boundDraft(id: string): string {
  return `draft:${id}`;
}

function boundFile(draft: string, digest: string): string {
  return `file:${draft}:${digest}`;
}
