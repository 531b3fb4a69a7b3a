// @vitest-environment jsdom
/** What people read before they sign: the signed bytes in words, and what is another than last time. */

import { beforeEach, describe, expect, test } from "vitest";
import { readForm } from "../src/form/model";
import { renderStatement, type Row } from "../src/form/rendering";
import type { Value } from "../src/sync/register";
import { writePayload } from "../src/sync/statement";
import { chooseLanguage } from "../src/words";
import { aDraft, FORMS, LINE, MOTHER, ON_FILE, SON } from "./formDrafts";

const model = readForm(FORMS["household_visit"] ?? "");
const NEW = "e".repeat(16);
const PHOTO = `${"ab12cd34".repeat(8)}.jpg`;

function payload(inside: string): Uint8Array {
  const draft = aDraft();
  return writePayload({
    id: `${"9".repeat(32)}-1`,
    kind: draft.kind,
    authority: "demo",
    replica: "9".repeat(32),
    seq: 1,
    prev: null,
    author: "zhang",
    held: draft.held,
    made: { wall: draft.startedAt, monotonicMs: 1, boot: "b" },
    case: draft.case,
    village: draft.village,
    form: draft.form,
    formVersion: draft.version,
    instance: `<data id="household_visit" version="2026.1">${inside}</data>`,
    seen: draft.seen,
    evidence: [],
    signOffs: [],
  });
}

function rendered(inside: string, before: Record<string, Value> = ON_FILE): Map<string, Row[]> {
  const sections = renderStatement(model, payload(inside), before, (id) => (id === "n1" ? "柳树村" : id));
  return new Map(sections.map(({ title, rows }) => [title, rows]));
}

const household = (inside: string) => rendered(`<household>${inside}</household>`).get("住户")?.[0];

const member = (id: string, inside: string) => `<members><member_id>${id}</member_id>${inside}</members>`;

beforeEach(() => chooseLanguage("zh"));

describe("an answer", () => {
  test.each([
    ["a place by its name", "<village>n1</village>", "柳树村"],
    ["a code by its words", "<scheme>rural</scheme>", "农村"],
    ["yes", "<is_current>yes</is_current>", "是"],
    ["money in yuan", "<benefit_month>1234.5</benefit_month>", "1,234.50 元"],
    ["a number by its ends", "<bank_account>6217001234567890021</bank_account>", "621••••••••••••0021"],
    ["a mask as it is", "<phone>139••••1234</phone>", "139••••1234"],
    ["a blank", "<book_no/>", ""],
    ["what is no answer of its kind, as it was written", "<family_size>three</family_size>", "three"],
  ])("%s", (_, inside, text) => {
    expect(household(inside)?.text).toBe(text);
  });

  test.each([
    ["30.250000 120.170000 0.0 12.4", "北纬 30.25°，东经 120.17°（误差约 12 米）"],
    ["-1.5 -70", "南纬 1.5°，西经 70°"],
    ["by the river", "by the river"],
  ])("where the visit was: %s", (written, text) => {
    const [row] = rendered(`<visit><place>${written}</place></visit>`).get("本次入户") ?? [];

    expect(row?.text).toBe(text);
  });

  test("in English", () => {
    chooseLanguage("en");
    const [section] = renderStatement(model, payload("<household><is_current>no</is_current></household>"));

    expect(section?.rows[0]?.text).toBe("no");
    expect(section?.rows[0]?.label).toBe(model.byRef.get("/data/household/is_current")?.labels.en);
  });

  test("a photo by the digits of its digest, a member by name", () => {
    const sections = rendered(
      `<people>${member(SON, "<name>艾力</name>")}</people>` +
        `<economy><income><line_id>${LINE}</line_id><income_member>${SON}</income_member></income></economy>` +
        `<photos><photo_house>${PHOTO}</photo_house></photos>`,
    );

    expect([...sections.values()].flat().find(({ label }) => label === "属于哪位成员")?.text).toBe("艾力");
    expect([...sections.values()].flat().find(({ label }) => label.startsWith("房屋外观"))?.text).toBe("ab12cd34");
  });
});

describe("against last time", () => {
  test("another answer says what it was", () => {
    expect(household("<benefit_month>1000</benefit_month>")).toMatchObject({
      text: "1,000.00 元",
      changedFrom: "1,234.50 元",
    });
  });

  test("a blank says what was there", () => {
    expect(household("<address/>")).toMatchObject({ text: "", changedFrom: "柳树巷 8 号" });
  });

  test("the same answer, however it is written, is unmarked", () => {
    expect(household("<benefit_month>1234.50</benefit_month>")).not.toHaveProperty("changedFrom");
  });

  test("a masked number is never compared with what was typed", () => {
    expect(household("<phone>13900001234</phone>")).not.toHaveProperty("changedFrom");
  });

  test("who is gone is named, and who is new is marked", () => {
    const sections = rendered(
      `<people>${member(SON, "<name>艾力</name>")}${member(NEW, "<name>阿依</name>")}</people>`,
    );

    expect([...sections.keys()]).toEqual(["家庭成员 · 艾力", "家庭成员 · 阿依（新增）", "家庭成员 · 古丽·买买提"]);
    expect(sections.get("家庭成员 · 古丽·买买提")).toEqual([
      { label: "登记情况", text: "移除，不再有", changedFrom: "在册" },
    ]);
  });

  test("a group that nobody asked about says nothing of its entries", () => {
    expect([...rendered("<household><scheme>rural</scheme></household>").keys()]).toEqual(["住户"]);
  });

  test("an entry that nobody filled in and that is not on file is no entry", () => {
    const sections = rendered(`<people>${member(SON, "")}${member(MOTHER, "")}${member(NEW, "<name/>")}</people>`);

    expect([...sections.keys()].filter((title) => title.includes("新增"))).toEqual([]);
  });

  test("nobody is new in a household that was on no list", () => {
    expect([...rendered(`<people>${member(NEW, "<name>阿依</name>")}</people>`, {}).keys()]).toEqual([
      "家庭成员 · 阿依",
    ]);
  });
});
