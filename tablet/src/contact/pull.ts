/**
 * To the end of the change feed, and then a look whether both sides hold the same cases.
 *
 * When they differ, when the tablet's area has changed, or when the server was restored, the whole scope is compared by
 * its manifest: what differs is fetched, what has left is forgotten.
 */

import type { Database } from "../store/db";
import { changeContact, type Cases, type Page } from "../store/cases";
import { offerEverything } from "../store/outbox";
import { scopeDigest } from "../sync/scopeDigest";
import { asJson, type Line } from "./session";
import { Refused } from "./wire";

const PAGE = 200;
const MOST_CASES = 200;

interface ChangesPage extends Page {
  cursor: string;
  caught_up: boolean;
  held: number;
  scope_digest: string | null;
  persons: string[];
  missing: [number, number][];
  owed: string[];
  now?: string;
}

interface Scope {
  cases: [string, string][];
  asked?: string[]; // cases whose tasks depend on who works on this tablet: that changes without the case changing
  scope_digest: string;
  cursor: string;
}

/** What the server said at the end of the feed. */
export interface CaughtUp {
  owed: Set<string>;
  missing: [number, number][];
}

/** The server was restored: everything has to be offered again, from the start of the round. */
export class Restored extends Error {}

/** Throws Restored, Refused (`replica-revoked` among others), and what the line throws. */
export async function pullAll(line: Line, cases: Cases, progress: (cases: number) => void): Promise<CaughtUp> {
  let compared = false;
  let taken = 0;
  for (;;) {
    const cursor = (await line.db.get("contact", "contact"))?.cursor ?? null;
    let page: ChangesPage;
    try {
      page = await askPage(line, cursor);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.is("epoch-changed")) await beginNewEpoch(line.db, error);
      if ((error.is("rescope") || error.is("unreadable-cursor")) && !compared) {
        compared = true;
        await compareScope(line, cases);
        continue;
      }
      throw error;
    }
    const agrees = page.caught_up ? await agreesWith(page, cases) : null;
    await cases.take(page, {
      cursor: page.cursor,
      held: page.held,
      caughtUp: page.caught_up,
      persons: page.persons,
      ...(page.caught_up ? { owed: page.owed, agrees } : {}),
    });
    taken += page.cases.length;
    progress(taken);
    if (!page.caught_up) continue;
    if (agrees === false && !compared) {
      compared = true;
      await compareScope(line, cases);
      continue;
    }
    await cases.forgetPulledWork(page.held);
    await changeContact(line.db, { lastContact: page.now ?? new Date().toISOString() });
    return { owed: new Set(page.owed), missing: page.missing };
  }
}

function askPage(line: Line, cursor: string | null): Promise<ChangesPage> {
  const query = new URLSearchParams({ limit: String(PAGE), ...(cursor === null ? {} : { cursor }) });
  return line.json<ChangesPage>({ method: "GET", path: `/changes?${query.toString()}` });
}

/** Whether the cases held, with this page on top, are those of the server. */
async function agreesWith(page: ChangesPage, cases: Cases): Promise<boolean> {
  const hashes = await cases.hashes();
  for (const shown of page.cases) hashes.set(shown.id, shown.hash);
  for (const id of page.gone ?? []) hashes.delete(id);
  return page.scope_digest === scopeDigest(hashes);
}

async function compareScope(line: Line, cases: Cases): Promise<void> {
  const scope = await line.json<Scope>({ method: "GET", path: "/scope" });
  const held = await cases.hashes();
  const asked = new Set(scope.asked);
  const differing = scope.cases.filter(([id, hash]) => held.get(id) !== hash || asked.has(id)).map(([id]) => id);
  for (let start = 0; start < differing.length; start += MOST_CASES) {
    const ids = differing.slice(start, start + MOST_CASES);
    await cases.take(await line.json<Page>({ method: "POST", path: "/cases", body: asJson({ ids }) }), {});
  }
  const wanted = new Set(scope.cases.map(([id]) => id));
  await cases.keepOnly(wanted, { cursor: scope.cursor, caughtUp: false });
}

async function beginNewEpoch(db: Database, error: Refused): Promise<never> {
  const epoch = error.facts["epoch"];
  await offerEverything(db, typeof epoch === "string" ? epoch : "");
  throw new Restored("the server was restored");
}
