// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library";
import { createSignal } from "solid-js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Chip } from "../src/parts/Chip";
import { Page } from "../src/parts/Page";
import { PinPad } from "../src/parts/PinPad";
import { ProgressBar } from "../src/parts/ProgressBar";
import { chooseLanguage } from "../src/words";

beforeEach(() => chooseLanguage("zh"));
afterEach(cleanup);

const type = (keys: string) => {
  for (const key of keys) fireEvent.keyDown(document.body, { key });
};

const nines = (html: string) => html.split("9").length;
const now = () => screen.getByRole("progressbar").getAttribute("aria-valuenow");

describe("the PIN pad", () => {
  test("takes six digits from its keys or from a keyboard, and is empty again", () => {
    const pins: string[] = [];
    render(() => <PinPad label="PIN" onPin={(pin) => pins.push(pin)} />);
    for (const digit of "283") fireEvent.click(screen.getByRole("button", { name: digit }));
    type("746");
    expect(pins).toEqual(["283746"]);
    expect(screen.getByRole("status").textContent).toBe("已输入 0 位，共 6 位");
  });

  test("keeps the digits out of the page, where a screen reader or a passer-by would get them", () => {
    const { container } = render(() => <PinPad label="PIN" onPin={() => undefined} />);
    const before = container.innerHTML;
    type("9");
    expect(nines(container.innerHTML)).toBe(nines(before));
    expect(container.querySelector("input")).toBeNull();
    expect(container.querySelectorAll(".full")).toHaveLength(1);
  });

  test("erases one digit or all of them", () => {
    const pins: string[] = [];
    render(() => <PinPad label="PIN" onPin={(pin) => pins.push(pin)} />);
    type("12");
    fireEvent.keyDown(document.body, { key: "Backspace" });
    type("3");
    fireEvent.click(screen.getByRole("button", { name: "清空" }));
    type("900210");
    expect(pins).toEqual(["900210"]);
  });

  test("takes nothing while it has to wait, and nothing that is typed into a field", () => {
    const pins: string[] = [];
    const [waiting, setWaiting] = createSignal(true);
    render(() => (
      <>
        <input aria-label="field" />
        <PinPad label="PIN" disabled={waiting()} onPin={(pin) => pins.push(pin)} />
      </>
    ));
    type("123123");
    setWaiting(false);
    for (const key of "123123") fireEvent.keyDown(screen.getByLabelText("field"), { key });
    expect(pins).toEqual([]);
    type("900210");
    expect(pins).toEqual(["900210"]);
  });
});

describe("a page", () => {
  test("moves the focus to its heading, and keeps a household's name out of the window's title", () => {
    render(() => (
      <Page heading="王桂兰" title="户档">
        正文
      </Page>
    ));
    expect(document.activeElement?.textContent).toBe("王桂兰");
    expect(document.title).toBe("户档 · 入户");
  });

  test("follows the language at once", () => {
    render(() => (
      <Page heading="x" back={() => undefined}>
        <Chip state="owed" />
      </Page>
    ));
    expect(screen.getByText("待补")).toBeTruthy();
    chooseLanguage("en");
    expect(screen.getByText("Owed")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Back" })).toBeTruthy();
    expect(document.title).toBe("x · Ruhu");
  });
});

test("a bar is never full before everything is done, and never longer than its frame", () => {
  const [done, setDone] = createSignal(999);
  render(() => <ProgressBar label="files" done={done()} total={1000} />);
  expect(now()).toBe("99");
  setDone(1000);
  expect(now()).toBe("100");
  setDone(2000);
  expect(now()).toBe("100");
});
