/** My work as a list: found by a few letters, kept by state, laid out village by village. */

import type { CaseLine } from "../field";
import { searchText } from "../store/lines";
import type { Region } from "../store/records";

export type Filter = "all" | CaseLine["states"][number];
export const FILTERS: Filter[] = ["all", "due", "done", "draft", "returned", "disputed", "owed"];

export interface Village {
  id: string;
  name: string;
  lines: CaseLine[];
  total: number;
  due: number;
  done: number;
}

/** What is visited as a household of its own. One that was joined into another stays only while a draft is to be finished. */
export function onList(lines: readonly CaseLine[]): CaseLine[] {
  return lines.filter((line) => line.joinedInto === null || line.states.includes("draft"));
}

export function counted(lines: readonly CaseLine[]): Record<Filter, number> {
  const counts = Object.fromEntries(FILTERS.map((filter) => [filter, 0])) as Record<Filter, number>;
  for (const line of lines) {
    counts.all += 1;
    for (const state of line.states) counts[state] += 1;
  }
  return counts;
}

/**
 * The villages that have something to show, in the order of their names; households by group and door, figures by size
 * (2 before 10). The counts of a village are of all its households, so that they do not change while somebody searches.
 */
export function villages(
  lines: readonly CaseLine[],
  regions: readonly Region[],
  filter: Filter,
  search: string,
  locale: string,
): Village[] {
  const byName = new Intl.Collator(locale, { numeric: true }).compare;
  const asked = normal(search).split(" ").filter(Boolean);
  const found = new Map<string, Village>();
  for (const line of lines) {
    const village = found.get(line.village) ?? empty(line.village, regions);
    found.set(line.village, village);
    village.total += 1;
    if (line.states.includes("due")) village.due += 1;
    if (line.states.includes("done")) village.done += 1;
    if (filter !== "all" && !line.states.includes(filter)) continue;
    const text = normal(searchText(line, regions)).replace(/ /gu, "");
    if (asked.every((word) => text.includes(word))) village.lines.push(line);
  }
  return [...found.values()]
    .filter((village) => village.lines.length > 0)
    .map((village) => ({ ...village, lines: village.lines.toSorted((a, b) => byName(door(a), door(b))) }))
    .toSorted((a, b) => byName(a.name, b.name));
}

/** Full-width figures, dots within names (买买提·吐尔逊) and capitals make no difference. */
function normal(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[·•・.,，、-]/gu, "")
    .replace(/\s+/gu, " ");
}

function empty(id: string, regions: readonly Region[]): Village {
  return { id, name: regions.find((region) => region.id === id)?.name ?? "", lines: [], total: 0, due: 0, done: 0 };
}

const door = (line: CaseLine) => `${line.group} ${line.address} ${line.householder}`;
