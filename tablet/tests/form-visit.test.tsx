// @vitest-environment jsdom
/** The visit screen under an investigator's fingers: offers, saving, gaps, trouble. The engine and the form are real. */

import { cleanup, fireEvent, render, screen, waitFor, within } from "@solidjs/testing-library";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DraftTakenOver, StorageFull, type Field } from "../src/field";
import { VisitScreen } from "../src/form/VisitScreen";
import type { DraftContent } from "../src/store/records";
import { chooseLanguage } from "../src/words";
import { aDraft, FORMS, MOTHER, ON_FILE, SON } from "./formDrafts";

// A busy machine takes seconds to open a form.
const SOON = { timeout: 15_000 };
vi.setConfig({ testTimeout: 60_000 });

/** The parts of an open tablet that a visit touches: one draft, in memory. */
class Desk {
  readonly saved: DraftContent[] = [];
  readonly routes: string[] = [];
  trouble: Error | null = null;

  constructor(readonly draft: DraftContent) {}

  readonly tablet = { authority: { line: { urban: 75_000, rural: 52_000 } } };
  readonly regions = [{ id: "n1", name: "柳树村", level: 5, parent: null }];

  forms = () =>
    Promise.resolve(
      Object.entries(FORMS).map(([form, xform]) => ({ key: form, form, version: "2026.1", publishedAt: "", xform })),
    );

  openDraft = () => Promise.resolve(structuredClone(this.last));

  saveDraft = (_: string, content: DraftContent) => {
    if (this.trouble) return Promise.reject(this.trouble);
    this.saved.push(structuredClone(content));
    return Promise.resolve();
  };

  get last(): DraftContent {
    return this.saved.at(-1) ?? this.draft;
  }

  async open(): Promise<void> {
    const field = this as unknown as Field; // what is not here is not touched by filling in
    render(() => <VisitScreen field={field} draft="d1" go={(route) => this.routes.push(route)} />);
    await screen.findByRole("heading", { level: 2 }, SOON);
  }

  /** Until a save holds this text. */
  async holds(text: string): Promise<void> {
    await waitFor(() => expect(this.last.instance).toContain(text), SOON);
  }
}

beforeEach(() => {
  chooseLanguage("zh");
  window.scrollTo = () => undefined;
  Element.prototype.scrollIntoView = () => undefined;
});
afterEach(cleanup);

function section(title: string): void {
  const sections = screen.getByRole("navigation", { name: "目录", hidden: true });
  const found = within(sections)
    .getAllByRole("button", { hidden: true })
    .find((button) => button.textContent?.startsWith(title));
  fireEvent.click(found as HTMLElement);
}

/** What is asked under this label: the answer, its last value, its faults. */
function question(label: string): HTMLElement {
  const found = [...document.querySelectorAll<HTMLElement>(".question")].find((each) =>
    each.querySelector(".field-label")?.textContent?.startsWith(label),
  );
  if (!found) throw new Error(`${label} is not on this page`);
  return found;
}

const head = () => document.querySelector(".saved")?.textContent ?? "";
const box = (label: string) => within(question(label)).getByRole<HTMLInputElement>("textbox");
const type = (label: string, text: string) => fireEvent.input(box(label), { target: { value: text } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const choose = (label: string, choice: string) =>
  fireEvent.click(within(question(label)).getByRole("radio", { name: choice }));

describe("last time's value", () => {
  test("is offered and taken only at a tap; blank it says that it will be recorded as none", async () => {
    const desk = new Desk(aDraft());
    await desk.open();
    section("住户");

    expect(box("详细地址").value).toBe("");
    expect(question("详细地址").textContent).toContain("上次：柳树巷 8 号");
    expect(question("详细地址").textContent).toContain("留空将记为“无”。");
    expect(desk.last.instance ?? "").not.toContain("柳树巷");

    fireEvent.click(within(question("详细地址")).getByRole("button", { name: "沿用" }));

    expect(box("详细地址").value).toBe("柳树巷 8 号");
    expect(question("详细地址").textContent).toContain("与上次相同");
    await desk.holds("<address>柳树巷 8 号</address>");
  });

  test("of a masked number is its mask", async () => {
    const desk = new Desk(aDraft());
    await desk.open();
    section("住户");
    choose("档案中的电话", "与档案不一致");

    expect(question("联系电话").textContent).toContain("档案中：139••••1234");
    expect(question("联系电话").textContent).toContain("留空将记为“无”。");
    fireEvent.click(within(question("联系电话")).getByRole("button", { name: "沿用" }));
    expect(question("联系电话").querySelector(".field-error")).toBeNull();
    await desk.holds("<phone>139••••1234</phone>");
  });

  test("in dispute is every value, and none of them is taken with the rest of the page", async () => {
    const draft = aDraft();
    draft.disputed["place.address"] = ["柳树巷 8 号", "柳树巷 9 号"];
    const desk = new Desk(draft);
    await desk.open();
    section("住户");

    expect(question("详细地址").textContent).toContain("有分歧");
    expect(within(question("详细地址")).getAllByRole("button", { name: "沿用" })).toHaveLength(2);
    press("本页未答的全部沿用上次");
    expect(box("户主姓名").value).toBe("古丽·买买提");
    expect(box("详细地址").value).toBe("");
  });
});

describe("an answer", () => {
  test("is saved by itself, and the head says so", async () => {
    const desk = new Desk(aDraft());
    await desk.open();
    choose("见到了谁", "见到家庭成员");
    await desk.holds("<met>member</met>");

    expect(await screen.findByText(/^已保存 /)).toBeDefined();
  });

  test("is never called saved before it is", async () => {
    const desk = new Desk(aDraft());
    await desk.open();
    section("住户");
    for (const text of ["H-1", "H-12", "H-123"]) {
      await waitFor(() => expect(head()).toContain("已保存"), SOON);
      type("户口簿号", text);
      expect(head()).not.toContain("已保存");
      await waitFor(() => expect(head()).toContain("已保存"), SOON);
      expect(desk.last.instance).toContain(`<book_no>${text}</book_no>`);
    }
  });

  test("that is no figure does not leave the one before it standing", async () => {
    const desk = new Desk(aDraft());
    await desk.open();
    section("住户");
    type("家庭人口", "3");
    await desk.holds("<family_size>3</family_size>");
    type("家庭人口", "3口");

    expect(question("家庭人口").textContent).toContain("请只填数字");
    await desk.holds("<family_size/>");
    expect(box("家庭人口").value).toBe("3口");
  });

  test("of money with a third decimal is sent back", async () => {
    const desk = new Desk(aDraft());
    await desk.open();
    section("家庭经济");
    type("可扣减支出", "12.345");

    expect(question("可扣减支出").textContent).toContain("最多填两位小数。");
  });

  test("in full-width figures is a figure", async () => {
    const desk = new Desk(aDraft());
    await desk.open();
    section("住户");
    choose("是否在保", "是");
    type("现享低保金", "１，２３４。５");

    await desk.holds("<benefit_month>1234.5</benefit_month>");
  });

  test("shows the person's income against the line once every amount is there", async () => {
    const desk = new Desk(aDraft());
    await desk.open();
    choose("见到了谁", "见到家庭成员");
    const bar = document.querySelector(".income-bar");
    await waitFor(() => expect(bar?.textContent).toContain("还有 1 笔收入没填金额"), SOON);
    section("家庭经济");
    fireEvent.click(document.querySelector(".entry-line .line-main") as HTMLElement);
    type("金额（元）", "1200");

    await waitFor(() => expect(bar?.textContent).toContain("600.00 元"), SOON);
    expect(bar?.textContent).toContain("高于标准");
  });
});

describe("entries", () => {
  test("are called by their names, each on a page of its own", async () => {
    const desk = new Desk(aDraft());
    await desk.open();
    choose("见到了谁", "见到家庭成员");
    section("家庭成员");
    const lines = [...document.querySelectorAll(".entry-line strong")].map((each) => each.textContent);

    expect(lines).toEqual(["艾力", "古丽·买买提"]);
    fireEvent.click(document.querySelector(".entry-line .line-main") as HTMLElement);
    expect(screen.getByRole("heading", { level: 2 }).textContent).toBe("艾力");
    type("姓名", "艾力·买买提");
    await desk.holds(`<member_id>${SON}</member_id><name>艾力·买买提</name>`);
    expect(desk.last.instance).toContain(`<member_id>${MOTHER}</member_id>`);
  });
});

describe("the last page", () => {
  test("names what is missing, and leads there", async () => {
    const desk = new Desk(aDraft({}));
    await desk.open();
    section("检查与签字");
    press("户主姓名");

    expect(screen.getByRole("heading", { level: 2 }).textContent).toBe("住户");
    await waitFor(() => expect(document.activeElement).toBe(box("户主姓名")), SOON);
  });

  test("leads to signing only when everything is saved", async () => {
    const desk = new Desk(aDraft({}));
    await desk.open();
    choose("见到了谁", "未见到任何人");
    desk.trouble = new StorageFull();
    section("检查与签字");
    press("去签字");

    expect(await screen.findByText("本机存储已满，最新的改动没有保存", {}, SOON)).toBeDefined();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(desk.routes).toEqual([]);

    desk.trouble = null;
    press("去签字");
    await waitFor(() => expect(desk.routes).toEqual(["/sign/d1"]), SOON);
    expect(desk.last.instance).toContain("<met>nobody</met>");
  });
});

test("a draft that another window has changed is not written over", async () => {
  const desk = new Desk(aDraft());
  await desk.open();
  await waitFor(() => expect(desk.saved.length).toBe(1), SOON);
  desk.trouble = new DraftTakenOver();
  choose("见到了谁", "见到家庭成员");

  expect(await screen.findByText("另一个窗口改动了这份草稿", {}, SOON)).toBeDefined();
  desk.trouble = null;
  choose("见到了谁", "只见到其他人");
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(desk.saved.length).toBe(1);

  press("返回");
  await waitFor(() => expect(desk.routes).toHaveLength(1), SOON);
});

test("nobody leaves unsaved work unwarned, and nobody is held by it", async () => {
  const desk = new Desk(aDraft());
  await desk.open();
  await waitFor(() => expect(desk.saved.length).toBe(1), SOON);
  desk.trouble = new StorageFull();
  choose("见到了谁", "见到家庭成员");
  press("返回");

  expect(await screen.findByText("本机存储已满，最新的改动没有保存", {}, SOON)).toBeDefined();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(desk.routes).toEqual([]);
  press("返回");
  await waitFor(() => expect(desk.routes).toEqual([`/case/${"0".repeat(32)}`]), SOON);
});

test("a draft is taken up where it was put away", async () => {
  const desk = new Desk(aDraft());
  await desk.open();
  section("住户");
  type("户口簿号", "H-12");
  await desk.holds("H-12");
  section("照片");
  await waitFor(() => expect(desk.last.page).toBe("/data/photos"), SOON);
  section("住户");
  await waitFor(() => expect(desk.last.page).toBe("/data/household"), SOON);
  cleanup();
  await desk.open();

  expect(screen.getByRole("heading", { level: 2 }).textContent).toBe("住户");
  expect(box("户口簿号").value).toBe("H-12");
});

test("an interview shows nothing of the household's file, and no income", async () => {
  const desk = new Desk(aDraft({}, "neighbour_interview"));
  await desk.open();

  expect(document.querySelector(".income-bar")).toBeNull();
  for (const value of Object.values(ON_FILE)) {
    if (typeof value === "string" && value.length > 2) expect(document.body.textContent).not.toContain(value);
  }
  expect(document.body.textContent).toContain("以下内容对该户和村里保密。");
});
