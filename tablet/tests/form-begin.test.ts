/** Beginning a visit fixes what is on screen; beginning an interview puts nothing there. */

import { describe, expect, test } from "vitest";
import type { Field } from "../src/field";
import { beginVisit, NoForm } from "../src/form/begin";
import type { DraftContent, FormRow } from "../src/store/records";
import type { Value } from "../src/sync/register";

const CASE = "c".repeat(32);
const dots = (number: number) => [`${"f".repeat(32)}-3:${number}`];

const published = (form: string, version: string, publishedAt: string): FormRow => ({
  key: `${form} ${version}`,
  form,
  version,
  publishedAt,
  xform: "",
});

/** A tablet with one household on file. */
class Desk {
  begun: DraftContent | null = null;

  constructor(
    readonly rows: FormRow[] = [
      published("household_visit", "2026.2", "2026-06-01T00:00:00+00:00"),
      published("household_visit", "2026.1", "2026-01-01T00:00:00+00:00"),
      published("neighbour_interview", "2026.1", "2026-01-01T00:00:00+00:00"),
    ],
  ) {}

  forms = () => Promise.resolve(this.rows);

  view = () => {
    const onScreen: Record<string, Value> = {
      "place.address": "柳树巷 8 号",
      [`visits.${"f".repeat(32)}-3.met`]: "member",
      [`interviews.${"f".repeat(32)}-4.opinion`]: "fits",
    };
    const seen = Object.fromEntries(Object.keys(onScreen).map((path, number) => [path, dots(number)]));
    return Promise.resolve({
      held: null,
      onScreen,
      seen,
      disputed: { "place.address": ["柳树巷 8 号", "柳树巷 9 号"] },
      ledgerSize: 41,
    });
  };

  beginDraft = (content: DraftContent) => {
    this.begun = content;
    return Promise.resolve("d1");
  };

  async begin(kind: DraftContent["kind"], caseId: string | null = CASE): Promise<DraftContent> {
    const field = this as unknown as Field; // what is not here is not touched by beginning
    expect(await beginVisit(field, { case: caseId, village: "n1", kind })).toBe("d1");
    if (this.begun === null) throw new Error("nothing was begun");
    return this.begun;
  }
}

describe("a visit", () => {
  test.each(["household_visit", "recheck"] as const)("(%s) has seen the file, but no other visit", async (kind) => {
    const begun = await new Desk().begin(kind);

    expect(begun.onScreen).toEqual({ "place.address": "柳树巷 8 号" });
    expect(begun.seen).toEqual({ "place.address": dots(0) });
    expect(begun.disputed).toEqual({ "place.address": ["柳树巷 8 号", "柳树巷 9 号"] });
    expect(begun.held).toBe(41);
  });

  test("is filled in on the form published last", async () => {
    const begun = await new Desk().begin("household_visit");

    expect([begun.form, begun.version]).toEqual(["household_visit", "2026.2"]);
  });

  test("to a household on no list begins a case of its own, with nothing seen", async () => {
    const one = await new Desk().begin("household_visit", null);
    const other = await new Desk().begin("household_visit", null);

    expect(one.case).toMatch(/^[0-9a-f]{32}$/);
    expect(one.case).not.toBe(other.case);
    expect([one.seen, one.held]).toEqual([{}, 0]);
  });
});

test("an interview has seen nothing of the file, and knows how much of the ledger the tablet holds", async () => {
  const begun = await new Desk().begin("neighbour_interview");

  expect([begun.seen, begun.onScreen, begun.disputed]).toEqual([{}, {}, {}]);
  expect(begun.held).toBe(41);
  expect(begun.form).toBe("neighbour_interview");
});

test("a tablet that has no form says so", async () => {
  await expect(new Desk([]).begin("household_visit")).rejects.toThrow(NoForm);
});
