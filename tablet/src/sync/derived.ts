/**
 * Figures that are computed from a case and never merged: they are uncertain while an input is disputed.
 *
 * Income lines hold amounts in fen for a month or a year. Per-capita monthly income is the counted lines' monthly sum,
 * less what may be deducted, divided by the number of listed members who still belong to the household.
 */

import { compareBytes, type Value } from "./register";

// A member recorded as one of these is no longer counted in the family.
const GONE: ReadonlySet<Value> = new Set<Value>(["dead", "moved_out", "in_prison"]);

/** What a figure is computed from: a case, or the answers on a form. */
export interface Readable {
  /** The settled value of a field; `disputed` when it has several live ones, and then no value counts. */
  read(path: string): { value: Value; disputed: boolean };
  /** The ids of a collection's entries that are listed, or whose listing is disputed. */
  entries(collection: string): string[];
}

/** In fen with its numerator and denominator; null where it cannot be computed. `uncertain` names disputed inputs. */
export interface Derived {
  value: number | null;
  numerator: number;
  denominator: number;
  uncertain: string[];
}

/** 人均月收入, in fen, rounded half up. */
export function perCapitaMonthlyIncome(source: Readable): Derived {
  const disputed = new Set<string>();
  const of = (path: string): Value => {
    const found = source.read(path);
    if (found.disputed) disputed.add(path);
    return found.disputed ? null : found.value;
  };
  let monthly = 0;
  for (const line of source.entries("income")) {
    if (of(`income.${line}.listed`) !== true || of(`income.${line}.excluded`) === true) continue;
    const amount = of(`income.${line}.amount`);
    if (typeof amount !== "number") continue;
    monthly += of(`income.${line}.period`) === "year" ? divide(amount, 12) : amount;
  }
  const deduction = of("economy.allowable_deduction_month");
  if (typeof deduction === "number") monthly = Math.max(0, monthly - deduction);
  const members = source
    .entries("members")
    .filter((id) => of(`members.${id}.listed`) === true && !GONE.has(of(`members.${id}.presence`))).length;
  return {
    value: members > 0 ? divide(monthly, members) : null,
    numerator: monthly,
    denominator: members,
    uncertain: [...disputed].toSorted(compareBytes),
  };
}

function divide(amount: number, by: number): number {
  return Math.floor((2 * amount + by) / (2 * by));
}
