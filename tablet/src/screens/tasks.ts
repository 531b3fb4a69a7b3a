/** What is asked about a household, in the order in which it is pressing. */

import type { HeldCase, Task } from "../store/records";

export interface OpenTask extends Task {
  late: boolean;
}

/** Overdue ones first, then by their day; those without one come last. `today` is a civil date. */
export function openTasks(held: HeldCase | null, today: string): OpenTask[] {
  return (held?.tasks ?? [])
    .filter((task) => task.done === null)
    .map((task) => ({ ...task, late: task.due !== undefined && task.due < today }))
    .toSorted((a, b) => order(a).localeCompare(order(b)) || a.opened - b.opened);
}

const order = (task: Task) => task.due ?? "9999-12-31";
