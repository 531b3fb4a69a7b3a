/** A household's file as a draft begins with it. The people are invented. */

import type { DraftContent, StatementKind } from "../src/store/records";
import type { Value } from "../src/sync/register";
import { vectors } from "./vectors";

/** The published forms, by id. */
export const FORMS = vectors<{ forms: Record<string, string> }>("instance").forms;

export const MOTHER = "a".repeat(16);
export const SON = "b".repeat(16);
export const LINE = "c".repeat(16);

/** Two members, the head of the household the younger id, and an income line. */
export const ON_FILE: Record<string, Value> = {
  "place.village": "n1",
  "place.address": "柳树巷 8 号",
  "household.householder_name": "古丽·买买提",
  "household.scheme": "rural",
  "household.phone": "139••••1234",
  "benefit.amount_month": 123450,
  [`members.${MOTHER}.listed`]: true,
  [`members.${MOTHER}.name`]: "古丽·买买提",
  [`members.${MOTHER}.relation`]: "3",
  [`members.${MOTHER}.disability_cert_no`]: "4201••••••••002X43",
  [`members.${SON}.listed`]: true,
  [`members.${SON}.name`]: "艾力",
  [`members.${SON}.relation`]: "0",
  [`members.${"d".repeat(16)}.listed`]: false,
  [`income.${LINE}.listed`]: true,
  [`income.${LINE}.member`]: SON,
  [`income.${LINE}.amount`]: 120000,
};

export function aDraft(
  onScreen: Record<string, Value> = ON_FILE,
  kind: StatementKind = "household_visit",
): DraftContent {
  return {
    kind,
    case: "0".repeat(32),
    village: "n1",
    form: kind === "neighbour_interview" ? kind : "household_visit",
    version: "2026.1",
    instance: null,
    seen: Object.fromEntries(Object.keys(onScreen).map((path, number) => [path, [`${"f".repeat(32)}-3:${number}`]])),
    onScreen: { ...onScreen },
    disputed: {},
    held: 3,
    photos: [],
    startedAt: "2026-11-24T09:00:00+08:00",
    page: null,
  };
}
