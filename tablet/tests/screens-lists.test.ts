/** What the work list and a household's page make of what is on file. */

import { describe, expect, test } from "vitest";
import type { CaseLine, CaseView } from "../src/field";
import { answersOf, decisionsOf, membersOf, sourcesOf, type Question } from "../src/screens/caseAnswers";
import { counted, onList, villages } from "../src/screens/workList";

const REGIONS = [
  { id: "v1", name: "白杨村", level: 5, parent: null },
  { id: "v2", name: "东风村", level: 5, parent: null },
];

const line = (id: string, about: Partial<CaseLine>): CaseLine => ({
  id,
  village: "v1",
  householder: "王桂兰",
  address: "1组1号",
  group: "",
  states: ["due"],
  lastVisit: null,
  unsent: 0,
  joinedInto: null,
  ...about,
});

describe("my work", () => {
  const lines = [
    line("a", { address: "1组10号" }),
    line("b", { address: "1组2号", states: ["done", "disputed"], householder: "买买提·吐尔逊" }),
    line("c", { village: "v2", householder: "", states: ["due", "draft"] }),
    line("d", { village: "gone" }),
  ];
  const shown = (filter: Parameters<typeof villages>[2], search: string) =>
    villages(lines, REGIONS, filter, search, "zh").map(({ name, lines: found }) => [name, found.map(({ id }) => id)]);

  test("lies village by village, door 2 before door 10, and a household outside the known villages is not lost", () => {
    expect(shown("all", "")).toEqual([
      ["", ["d"]],
      ["白杨村", ["b", "a"]],
      ["东风村", ["c"]],
    ]);
  });

  test("is found by name, by door number and by village, whatever the dots, widths and spaces", () => {
    expect(shown("all", "买买提吐尔逊")).toEqual([["白杨村", ["b"]]]);
    expect(shown("all", " 买买提•吐 ")).toEqual([["白杨村", ["b"]]]);
    expect(shown("all", "１０号")).toEqual([["白杨村", ["a"]]]);
    expect(shown("all", "白杨 2号")).toEqual([["白杨村", ["b"]]]);
    expect(shown("all", "没有这个人")).toEqual([]);
  });

  test("keeps what is in a state, and goes on counting the whole village", () => {
    expect(shown("disputed", "")).toEqual([["白杨村", ["b"]]]);
    expect(villages(lines, REGIONS, "disputed", "", "zh")[0]).toMatchObject({ total: 2, due: 1, done: 1 });
    expect(onList(lines)).toEqual(lines);
    expect(counted(lines)).toMatchObject({ all: 4, due: 3, done: 1, draft: 1, disputed: 1, owed: 0 });
  });
});

test("a household that was joined into another is no work of its own, but for a draft that is to be finished", () => {
  const joined = line("a", { joinedInto: "b" });
  const begun = line("c", { joinedInto: "b", states: ["due", "draft"] });

  expect(onList([joined, line("b", {}), begun]).map(({ id }) => id)).toEqual(["b", "c"]);
});

const VISIT = `${"a".repeat(32)}-2`;
const view: CaseView = {
  held: {
    id: "c",
    hash: "",
    village: "v1",
    changed: 1,
    registers: {
      "household.family_size": [
        { value: 3, dots: [`${VISIT}:1`] },
        { value: 2, dots: ["gone-1:0"] },
      ],
      "household.scheme": [{ value: "rural", dots: ["office-1:0"] }],
    },
    statements: {
      [VISIT]: { kind: "household_visit", author: "张建军", index: 5, receivedAt: "2026-05-11T04:00:00Z" },
      "office-1": {
        kind: "resolution",
        author: "孙丽",
        index: 9,
        receivedAt: "2026-06-11T04:00:00Z",
        reasonCode: "checked",
        reason: "以户口簿为准",
      },
    },
    tasks: [],
  },
  onScreen: {
    "household.family_size": 3,
    "household.scheme": "rural",
    "household.unheard_of": "x",
    "household.note": "",
    "members.01.listed": true,
    "members.01.name": "王桂兰",
    "members.02.listed": false,
    "members.02.name": "已迁出",
    [`visits.${VISIT}.at`]: "2026-05-11T09:30:00+08:00",
    [`visits.${VISIT}.met`]: "householder",
    "visits.old-1.at": "2025-05-11T09:30:00+08:00",
    "visits.old-1.met": "nobody",
    "interviews.x.name": "不能出现",
  },
  seen: {},
  disputed: { "household.family_size": [3, 2] },
  ledgerSize: 10,
};
const text = (value: unknown) => String(value);
const QUESTIONS: Question[] = [
  { path: "visits.{statement}.met", section: "本次入户", label: "见到了谁", text },
  {
    path: "household.scheme",
    section: "住户",
    label: "保障类型",
    text: (value) => (value === "rural" ? "农村" : ""),
  },
  { path: "household.family_size", section: "住户", label: "家庭人口", text },
  { path: "members.{member_id}.name", section: "家庭成员", label: "姓名", text },
];

describe("a household's page", () => {
  const sections = answersOf(view, QUESTIONS, text);
  const all = sections.flatMap((section) => [
    ...section.answers,
    ...section.entries.flatMap((entry) => entry.answers),
  ]);

  test("words the answers as the form does, in the form's order, and marks what is in dispute", () => {
    const household = sections.find(({ title }) => title === "住户");
    expect(household?.answers.map(({ label, text: said, disputed }) => [label, said, disputed])).toEqual([
      ["保障类型", "农村", false],
      ["家庭人口", "3", true],
    ]);
    expect(sections.map(({ title }) => title).slice(0, 3)).toEqual(["本次入户", "住户", "家庭成员"]);
  });

  test("says in words that an answer is empty", () => {
    const questions = [...QUESTIONS, { path: "household.note", section: "住户", label: "备注", text }];
    const note = answersOf(view, questions, (value) => String(value) || "（空）")
      .flatMap((section) => section.answers)
      .find(({ path }) => path === "household.note");
    expect(note?.text).toBe("（空）");
  });

  test("drops no answer because this form has no words for it", () => {
    expect(all.map(({ path }) => path)).toContain("household.unheard_of");
  });

  test("shows only the last visit's own answers, and nothing of an interview or of somebody who left the list", () => {
    expect(all.find(({ path }) => path.endsWith(".met"))?.text).toBe("householder");
    expect(all.filter(({ path }) => path.endsWith(".met"))).toHaveLength(1);
    expect(JSON.stringify(sections)).not.toMatch(/不能出现|已迁出/u);
    expect(membersOf(view)).toEqual(["01"]);
  });

  test("names who said a value, also when the statement has not been fetched", () => {
    expect(sourcesOf([`${VISIT}:1`, `${VISIT}:4`], view.held)).toMatchObject([{ author: "张建军" }]);
    expect(sourcesOf(["gone-1:0"], view.held)).toEqual([null]);
  });

  test("tells what the office decided, about which field and why", () => {
    expect(decisionsOf(view.held)).toMatchObject([
      { author: "孙丽", reason: "以户口簿为准", paths: ["household.scheme"] },
    ]);
    expect(decisionsOf(null)).toEqual([]);
  });
});
