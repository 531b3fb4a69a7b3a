// @vitest-environment jsdom
/** A published form in the form engine: laid out for a household, filled in, put away and taken up again. */

import { describe, expect, test, vi } from "vitest";
import { OpenForm, setText, textOf, type QuestionNode, type RepeatInstanceNode } from "../src/form/engine";
import { readInstance } from "../src/form/reading";
import { aDraft, FORMS, LINE, MOTHER, ON_FILE, SON } from "./formDrafts";

vi.setConfig({ testTimeout: 60_000 }); // a busy machine takes seconds to open a form

const STATEMENT = `${"9".repeat(32)}-1`;
const PHOTO = `${"ab".repeat(32)}.jpg`;

const openVisit = (content = aDraft()) => OpenForm.open(FORMS["household_visit"] ?? "", content);

function question(form: OpenForm, name: string): QuestionNode {
  for (const { node, binding } of form.questions()) if (binding.ref.endsWith(`/${name}`)) return node;
  throw new Error(`${name} is not asked`);
}

function entries(form: OpenForm, prefix: string): readonly RepeatInstanceNode[] {
  for (const { range, collection } of form.ranges())
    if (collection.prefix === prefix) return range.currentState.children;
  throw new Error(prefix);
}

const fault = (form: OpenForm, name: string) => question(form, name).validationState.violation?.condition;
const keys = (form: OpenForm, prefix: string) => entries(form, prefix).map((entry) => form.keyOf(entry));

function answers(form: OpenForm, onScreen: string[] = []): Map<string, unknown> {
  const reading = readInstance(form.model, form.instance, new Set(onScreen), STATEMENT);
  return new Map(reading.answers.map(({ path, value }) => [path, value]));
}

async function putAwayAndTakenUp(form: OpenForm): Promise<OpenForm> {
  return openVisit({ ...aDraft(), instance: form.instance });
}

describe("a new form", () => {
  test("has an entry with its own id for each on file, the head of the household first, and none that has left", async () => {
    const form = await openVisit();

    expect(keys(form, "members.")).toEqual([SON, MOTHER]);
    expect(keys(form, "income.")).toEqual([LINE]);
    expect(keys(form, "vehicles.")).toEqual([]);
  });

  test("knows the village and when the visit began, and copies nothing else from the file", async () => {
    const form = await openVisit();

    expect(textOf(question(form, "village"))).toBe("n1");
    expect(Date.now() - Date.parse(textOf(question(form, "visit_at")))).toBeLessThan(60_000);
    const said = [...answers(form)].filter(([path]) => !path.startsWith("visits.") && !path.endsWith(".listed"));
    expect(said).toEqual([["place.village", "n1"]]);
  });

  test("of a household on no list has no entries", async () => {
    const form = await openVisit(aDraft({}));

    expect([...form.ranges()].map(({ range }) => range.currentState.children.length)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("shows an entry whose listing is disputed: a person decides, not the form", async () => {
    const content = aDraft();
    content.onScreen[`members.${MOTHER}.listed`] = false;
    content.disputed[`members.${MOTHER}.listed`] = [false, true];

    expect(keys(await openVisit(content), "members.")).toEqual([SON, MOTHER]);
  });
});

describe("entries", () => {
  test("that are added get an id of their own, and keep it when the form is put away", async () => {
    const form = await openVisit();
    for (const { range, collection } of form.ranges()) {
      if (collection.prefix !== "vehicles.") continue;
      form.addEntry(range);
      form.addEntry(range);
    }
    const added = keys(form, "vehicles.");

    expect(new Set(added).size).toBe(2);
    for (const id of added) expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(keys(await putAwayAndTakenUp(form), "vehicles.")).toEqual(added);
  });

  test("that are removed are no longer listed; the others keep their answers", async () => {
    const form = await openVisit();
    const [, mother] = entries(form, "members.");
    const name = [...form.questions(mother)].find(({ binding }) => binding.ref.endsWith("/name"));
    if (name) setText(name.node, "古丽");
    for (const { range, collection } of form.ranges()) {
      if (collection.prefix === "members.") range.removeInstances(0, 1);
    }
    const said = answers(form, Object.keys(ON_FILE));

    expect(said.get(`members.${SON}.listed`)).toBe(false);
    expect(said.get(`members.${MOTHER}.listed`)).toBe(true);
    expect(said.get(`members.${MOTHER}.name`)).toBe("古丽");
  });
});

describe("a form that is not complete", () => {
  test("is put away as it stands, and taken up answer for answer", async () => {
    const form = await openVisit();
    setText(question(form, "met"), "member");
    setText(question(form, "docs_checked"), "id_card household_book");
    setText(question(form, "is_current"), "yes");
    setText(question(form, "benefit_month"), "1234.5");
    const again = await putAwayAndTakenUp(form);

    expect(again.instance).toBe(form.instance);
    expect(answers(again)).toEqual(answers(form));
    expect(textOf(question(again, "met"))).toBe("member");
  });

  test.each([
    ["marks of XML", `<a href="x">&amp; ]]> 'y'</a>`, `<a href="x">&amp; ]]> 'y'</a>`],
    ["several lines", "第一行\n第二行", "第一行\n第二行"],
    ["a rare character and a face", "𠀀娃 😀", "𠀀娃 😀"],
    ["what XML cannot hold, pasted from elsewhere", "柳树\u0000\u000b巷\ufffe\ud800 8 号", "柳树巷 8 号"],
  ])("keeps %s", async (_, typed, kept) => {
    const form = await openVisit();
    setText(question(form, "address"), typed);
    const again = await putAwayAndTakenUp(form);

    expect(textOf(question(again, "address"))).toBe(kept);
    expect(answers(again).get("place.address")).toBe(kept);
  });

  test("takes a photo's file name, a place and a mask as they are", async () => {
    const form = await openVisit();
    setText(question(form, "photo_house"), PHOTO);
    setText(question(form, "place"), "30.250000 120.170000 0.0 12.0");
    setText(question(form, "phone_check"), "differs");
    setText(question(form, "phone"), "139••••1234");
    const reading = readInstance(form.model, form.instance, new Set(["household.phone"]), STATEMENT);

    expect(reading.shots).toEqual([{ kind: "house_front", file: PHOTO, entry: null }]);
    expect(answers(form).get("visits.{statement}.place".replace("{statement}", STATEMENT))).toBe("30.25 120.17 0 12");
    expect(fault(form, "phone")).toBeUndefined();
    expect(reading.answers.map(({ path }) => path)).not.toContain("household.phone");
  });

  test("says what does not fit", async () => {
    const form = await openVisit();
    setText(question(form, "phone_check"), "differs");
    setText(question(form, "phone"), "call me");

    expect(fault(form, "phone")).toBe("constraint");
  });
});

test("the questions are put in the language that was chosen", async () => {
  const form = await openVisit();
  const label = () => question(form, "met").currentState.label?.asString;

  form.speak("en");
  expect(label()).toBe(form.bindingOf(question(form, "met"))?.labels.en);
  form.speak("zh");
  expect(label()).toBe("见到了谁");
});

test("an interview has no entries, and asks for no ink on its pages", async () => {
  const form = await OpenForm.open(FORMS["neighbour_interview"] ?? "", aDraft({}, "neighbour_interview"));

  expect([...form.ranges()]).toEqual([]);
  expect(textOf(question(form, "visit_at"))).not.toBe("");
});
