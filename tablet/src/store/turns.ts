/**
 * One at a time, over all tabs: one contact with the server, one seal of a statement.
 *
 * Tabs take turns by Web Locks. Where a browser has none, those of this page still do.
 */

const here = new Map<string, Promise<unknown>>();

/** Waits for its turn, however long. */
export function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  if (locks) return locks.request(name, work) as Promise<T>;
  const turn = (here.get(name) ?? Promise.resolve()).then(work);
  here.set(
    name,
    turn.catch(() => undefined),
  );
  return turn;
}

/** Does the work unless somebody else is at it; whether it was done. */
export async function unlessTaken(name: string, work: () => Promise<void>): Promise<boolean> {
  const locks = globalThis.navigator?.locks;
  if (locks) {
    return locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock !== null) await work();
      return lock !== null;
    }) as Promise<boolean>;
  }
  if (here.has(name)) return false;
  const turn = work();
  here.set(
    name,
    turn.catch(() => undefined),
  );
  try {
    await turn;
  } finally {
    here.delete(name);
  }
  return true;
}
