// @vitest-environment jsdom
/** A household's page says which file it was joined into, and leads there if that file is on the tablet. */

import { cleanup, render, screen } from "@solidjs/testing-library";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CaseLine } from "../src/field";
import { CaseJoined } from "../src/screens/CaseJoined";
import { lineOf } from "../src/store/lines";
import type { HeldCase } from "../src/store/records";
import { chooseLanguage } from "../src/words";

beforeEach(() => chooseLanguage("zh"));
afterEach(cleanup);

const held = (registers: HeldCase["registers"]): HeldCase => {
  return { id: "c", hash: "", village: "v", changed: 9, registers, statements: {}, tasks: [] };
};
const of = (id: string, registers: HeldCase["registers"]): CaseLine => lineOf(id, held(registers), [], "2026-06-10");
const into = (...values: (string | null)[]): HeldCase["registers"] => ({
  "joined.into": values.map((value, at) => ({ value, dots: [`o-${at}:0`] })),
});

test("a line knows where its household lives on; separated again it stands for itself", () => {
  expect(of("c", into("b")).joinedInto).toBe("b");
  expect(of("c", into(null)).joinedInto).toBeNull();
  expect(of("c", into("b", "d")).joinedInto).toBeNull();
  expect(of("c", {}).joinedInto).toBeNull();
});

test("the page names the file that lives on, and leads there", () => {
  const lives = of("b", { "household.householder_name": [{ value: "王大山", dots: ["a-1:0"] }] });

  render(() => <CaseJoined into="b" lines={[lives]} />);

  expect(screen.getByText("这一户已并入另一户")).toBeTruthy();
  expect(screen.getByRole("link", { name: /王大山/u }).getAttribute("href")).toBe("#/case/b");
});

test("a file that is not on this tablet is not named", () => {
  chooseLanguage("en");

  render(() => <CaseJoined into="b" lines={[]} />);

  expect(screen.queryByRole("link")).toBeNull();
  expect(screen.getByText(/not on this tablet/u)).toBeTruthy();
});
