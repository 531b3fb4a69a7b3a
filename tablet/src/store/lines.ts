/** One line of my work for each household, with the words for its state. */

import type { CaseLine } from "../field";
import type { Value } from "../sync/register";
import { registersOf, type OwnWork, type Siblings } from "./holding";
import type { HeldCase, Region } from "./records";

/** What of a case lies in drafts and in the outbox. */
export interface Pending {
  draft: boolean;
  unsent: number;
  owed: boolean; // the server holds a statement and not all of its files
}

/** Months after which a household is due again, by its review class (一年, 半年, 一季). */
const DUE_AFTER: Record<string, number> = { A: 12, B: 6, C: 3 };
const DUE_AFTER_OTHERS = 12;
const VISITED = /^visits\.[^.]+\.at$/u;

/** What the case itself says; `today` is a civil date. */
export function lineOf(id: string, held: HeldCase | null, own: readonly OwnWork[], today: string): CaseLine {
  const registers = registersOf(held, own);
  const lastVisit = lastVisitIn(registers);
  const open = (held?.tasks ?? []).filter((task) => task.done === null);
  const asked = open.some((task) => task.kind === "recheck");
  const months = DUE_AFTER[textOf(registers, "household.review_class")] ?? DUE_AFTER_OTHERS;
  const due = asked || lastVisit === null || lastVisit <= monthsBefore(today, months);
  const states: CaseLine["states"] = [due ? "due" : "done"];
  if (open.some((task) => task.kind !== "recheck")) states.push("returned");
  if ([...registers].some(([path, siblings]) => siblings.length > 1 && !path.startsWith("visits."))) {
    states.push("disputed");
  }
  return {
    id,
    village: held?.village ?? own[0]?.village ?? "",
    householder: textOf(registers, "household.householder_name"),
    address: textOf(registers, "place.address"),
    group: textOf(registers, "place.group"),
    states,
    lastVisit,
    unsent: 0,
    joinedInto: registers.get("joined.into")?.length === 1 ? textOf(registers, "joined.into") || null : null,
  };
}

/** The line with what of its case is still on this tablet. */
export function withPending(line: CaseLine, pending: Pending | undefined): CaseLine {
  if (pending === undefined) return line;
  const states = [...line.states];
  if (pending.draft) states.push("draft");
  if (pending.owed) states.push("owed");
  return { ...line, states, unsent: pending.unsent };
}

/** What a search looks through: village, householder, address and group, in one small-letter line. */
export function searchText(line: CaseLine, regions: readonly Region[]): string {
  const village = regions.find((region) => region.id === line.village)?.name ?? "";
  return [village, line.householder, line.address, line.group].join(" ").normalize("NFKC").toLowerCase();
}

export function textOf(registers: ReadonlyMap<string, Siblings>, path: string): string {
  const value: Value | undefined = registers.get(path)?.[0]?.value;
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function lastVisitIn(registers: ReadonlyMap<string, Siblings>): string | null {
  let last: string | null = null;
  for (const [path, siblings] of registers) {
    if (!VISITED.test(path)) continue;
    for (const { value } of siblings) {
      const day = typeof value === "string" ? value.slice(0, 10) : "";
      if (/^\d{4}-\d{2}-\d{2}$/u.test(day) && (last === null || day > last)) last = day;
    }
  }
  return last;
}

function monthsBefore(day: string, months: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() - months);
  return date.toISOString().slice(0, 10);
}
