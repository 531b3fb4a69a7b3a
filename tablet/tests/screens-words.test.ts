/** Every word is there in both languages, with the same places to fill. */

import { describe, expect, test } from "vitest";
import { fill, type Words } from "../src/words";

const areas = import.meta.glob<Record<string, unknown>>("../src/words/*.ts", { eager: true });
const catalogues = Object.entries(areas).flatMap(([area, module]) =>
  Object.entries(module)
    .filter((entry): entry is [string, Words] => entry[0].endsWith("Words"))
    .map(([name, catalogue]) => [`${area} ${name}`, catalogue] as const),
);

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/gu)].map((found) => found[1]).toSorted();

test("there are catalogues to look at", () => {
  expect(catalogues.length).toBeGreaterThanOrEqual(6);
});

describe.each(catalogues)("%s", (_, { zh, en }) => {
  test("says everything in both languages", () => {
    expect(Object.keys(en).toSorted()).toEqual(Object.keys(zh).toSorted());
    for (const text of [...Object.values(zh), ...Object.values(en)]) expect(text.trim()).not.toBe("");
  });

  test("fills the same places in both languages", () => {
    for (const key of Object.keys(zh)) expect([key, places(en[key] ?? "")]).toEqual([key, places(zh[key] ?? "")]);
  });

  test("writes Chinese with Chinese punctuation", () => {
    for (const text of Object.values(zh)) expect(text).not.toMatch(/\p{Script=Han}[,;:?!]|[,;:?!]\p{Script=Han}/u);
  });
});

test("a place that nobody fills stays visible, and a parameter is put in as it is", () => {
  expect(fill("还差 {count} 个，{day}", { count: 3 })).toBe("还差 3 个，{day}");
  expect(fill("{name}", { name: "$& {count}" })).toBe("$& {count}");
});
