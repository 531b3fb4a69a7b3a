// @vitest-environment jsdom
/** A household's page says what the office asks, by when, of whom; and what it decided, and why. */

import { cleanup, render, screen } from "@solidjs/testing-library";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CaseView } from "../src/field";
import { CaseDisputes } from "../src/screens/CaseDisputes";
import { CaseTasks } from "../src/screens/CaseTasks";
import type { Question } from "../src/screens/caseAnswers";
import { openTasks } from "../src/screens/tasks";
import type { HeldCase, StatementNote, Task } from "../src/store/records";
import { chooseLanguage } from "../src/words";
import { reasonText } from "../src/words/reasons";

beforeEach(() => {
  chooseLanguage("zh");
  vi.useFakeTimers({ now: new Date("2026-06-10T12:00:00"), toFake: ["Date"] });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const text = (value: unknown) => String(value);
const QUESTIONS: Question[] = [
  { path: "household.phone", section: "住户", label: "联系电话", text },
  { path: "members.{member_id}.health", section: "家庭成员", label: "健康状况", text },
];

const task = (id: string, more: Partial<Task> = {}): Task => ({ id, kind: "re_ask", opened: 1, done: null, ...more });

function view(more: Partial<HeldCase>): CaseView {
  const held = { id: "c", hash: "", village: "v", changed: 9, registers: {}, statements: {}, tasks: [], ...more };
  return { held, onScreen: { "household.phone": "138••••1111" }, seen: {}, disputed: {}, ledgerSize: 9 };
}

const shownTasks = (...tasks: Task[]) =>
  render(() => (
    <CaseTasks view={view({ tasks })} questions={QUESTIONS} nameOf={(id) => (id === "ab" ? "王小山" : id)} />
  ));

test("overdue tasks come first, then by their day, and what has no day last; what is done is gone", () => {
  const tasks = [
    task("later", { due: "2026-07-01" }),
    task("none"),
    task("today", { due: "2026-06-10" }),
    task("late", { due: "2026-06-09" }),
    task("done", { due: "2026-06-01", done: 7 }),
  ];
  const found = openTasks(view({ tasks }).held, "2026-06-10");
  expect(found.map(({ id, late }) => [id, late])).toEqual([
    ["late", true],
    ["today", false],
    ["later", false],
    ["none", false],
  ]);
  expect(openTasks(null, "2026-06-10")).toEqual([]);
});

test("a task says what to do, about what, by when, who should do it and who asks", () => {
  const { container } = shownTasks(
    task("a", {
      due: "2026-06-20",
      field: "household.phone",
      person: "李秀英",
      by: "孙丽",
      note: "电话打不通，请当面核对",
    }),
  );
  for (const said of [
    "请再问一次",
    "有关内容：联系电话",
    "办公室说明：电话打不通，请当面核对",
    "指定由 李秀英 完成",
    "最迟 2026-06-20 完成",
    "孙丽 提出",
  ]) {
    expect(container.textContent).toContain(said);
  }
  expect(container.textContent).not.toContain("已过期");
});

test("a late one is marked in words, and a member's field names the member", () => {
  const { container } = shownTasks(task("a", { due: "2026-06-09", field: "members.ab.health" }));
  expect(screen.getByText("已过期 · 请再问一次")).toBeTruthy();
  expect(container.querySelector(".notice.problem")).not.toBeNull();
  expect(container.textContent).toContain("有关内容：王小山 · 健康状况");
});

test.each([
  ["recheck", "需要复查"],
  ["retake", "请重拍照片"],
  ["re_ask", "请再问一次"],
  ["re_visit", "请再入户一次"],
  ["re_sign", "请补签字"],
  ["of_2031", "办公室有一项请求"],
])("%s says what to do", (kind, said) => {
  shownTasks(task("a", { kind }));
  expect(screen.getByText(said)).toBeTruthy();
});

const note = (more: Partial<StatementNote>): StatementNote => ({
  kind: "resolution",
  author: "孙丽",
  index: 5,
  receivedAt: "2026-06-01T04:00:00Z",
  ...more,
});
const shownDecisions = (held: Partial<HeldCase>) =>
  render(() => <CaseDisputes view={view(held)} questions={QUESTIONS} />).container.textContent ?? "";

test("a decision is shown with its field, the reason in words and the officer's own words", () => {
  const said = shownDecisions({
    registers: { "household.phone": [{ value: "138••••1111", dots: ["o-1:0"] }] },
    statements: { "o-1": note({ outcome: "taken", reasonCode: "later_visit", reason: "拨打核实" }) },
  });
  expect(said).toContain("裁定了：联系电话 138••••1111");
  expect(said).toContain("理由：以后一次入户为准");
  expect(said).toContain("说明：拨打核实");
});

test("a decision that changed no field says what came of it, and one told without a reason says no more", () => {
  const said = shownDecisions({ statements: { "o-1": note({ outcome: "explained", reason: "已补说明" }) } });
  expect(said).toContain("已有解释，维持原值");
  cleanup();
  const silent = shownDecisions({ statements: { "o-2": note({}) } });
  expect(silent).toContain("已有裁定");
  expect(silent).not.toContain("理由");
});

test("a join shows what came of it and not the other case's number", () => {
  const said = shownDecisions({
    registers: { "joined.into": [{ value: "f".repeat(32), dots: ["o-1:0"] }] },
    statements: { "o-1": note({ kind: "join", outcome: "joined", reasonCode: "same_people" }) },
  });
  expect(said).toContain("已并户");
  expect(said).toContain("理由：确为同一户");
  expect(said).not.toContain("ffff");
});

test("a reason code of a newer office says nothing rather than its code", () => {
  expect([reasonText("of_2031"), reasonText(null)]).toEqual(["", ""]);
  chooseLanguage("en");
  expect(reasonText("later_visit")).toBe("By the later visit");
});
