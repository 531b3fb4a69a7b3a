/** What is on screen: pulled cases with the tablet's own work on top, as the simulated tablet shows them. */

import { describe, expect, test } from "vitest";
import { readShown, viewOf, type OwnWork, type ShownCase } from "../src/store/holding";
import { lineOf, searchText, withPending } from "../src/store/lines";
import type { HeldCase } from "../src/store/records";
import type { Write } from "../src/sync/register";

const [A, B, OWN] = ["a".repeat(32), "b".repeat(32), "0".repeat(32)];

function held(registers: ShownCase["registers"], changed = 5, more: Partial<HeldCase> = {}): HeldCase {
  const shown: ShownCase = {
    id: "c",
    hash: "h",
    village: "n1",
    changed,
    statements: [`${A}-1`, `${B}-1`],
    registers,
  };
  return { ...readShown(shown), statements: {}, tasks: [], ...more };
}

function own(writes: Write[], index: number | null = null, seq = 1, waits = false): OwnWork {
  return { statement: `${OWN}-${seq}`, seq, case: "c", village: "n1", writes, index, waits };
}

const name = (value: string, seen: string[] = [], seq = 1): Write => ({
  dot: `${OWN}-${seq}:0`,
  path: "household.householder_name",
  value,
  seen,
});

describe("the view", () => {
  test("a sibling of the wire is a value and the dots that stand for it", () => {
    const view = viewOf(held({ "place.address": [["石桥3号", 0, 7, 1, 2]] }), [], 9);

    expect(view.onScreen).toEqual({ "place.address": "石桥3号" });
    expect(view.seen).toEqual({ "place.address": [`${A}-1:7`, `${B}-1:2`] });
    expect(view.disputed).toEqual({});
    expect(view.ledgerSize).toBe(9);
  });

  test("own work that no pull has brought yet lies on top and supersedes what it had seen", () => {
    const view = viewOf(
      held({ "household.householder_name": [["王大山", 0, 7]] }),
      [own([name("王山", [`${A}-1:7`])])],
      9,
    );

    expect(view.onScreen["household.householder_name"]).toBe("王山");
    expect(view.seen["household.householder_name"]).toEqual([`${OWN}-1:0`]);
  });

  test("own work that had not seen a value stands beside it: a dispute", () => {
    const view = viewOf(held({ "household.householder_name": [["王大山", 0, 7]] }), [own([name("王山")])], 9);

    expect(view.disputed["household.householder_name"]).toHaveLength(2);
  });

  test("equal values written apart are one value with two sources", () => {
    const view = viewOf(held({ "household.householder_name": [["王大山", 0, 7]] }), [own([name("王大山")])], 9);

    expect(view.disputed).toEqual({});
    expect(view.seen["household.householder_name"]).toHaveLength(2);
  });

  test("masked numbers that look alike stay two", () => {
    const view = viewOf(
      held({
        "members.m.id_no": [
          ["4201••••002X", 0, 1],
          ["4201••••002X", 1, 1],
        ],
      }),
      [],
      9,
    );

    expect(view.disputed["members.m.id_no"]).toHaveLength(2);
  });

  test("a later own statement supersedes an earlier one, in whatever order they are read", () => {
    const works = [own([name("第二", [`${OWN}-1:0`], 2)], null, 2), own([name("第一")], null, 1)];

    expect(viewOf(null, works, 9).onScreen).toEqual({ "household.householder_name": "第二" });
  });

  test("what the pulled case holds already is not put on top again, and what waits in quarantine is no part of it", () => {
    const case5 = held({ "household.householder_name": [["王大山", 0, 7]] }, 5);

    expect(viewOf(case5, [own([name("王山", [`${A}-1:7`])], 5)], 9).onScreen).toEqual({
      "household.householder_name": "王大山",
    });
    expect(viewOf(case5, [own([name("王山", [`${A}-1:7`])], 6)], 9).onScreen["household.householder_name"]).toBe(
      "王山",
    );
    expect(
      viewOf(case5, [own([name("王山", [`${A}-1:7`])], 6, 1, true)], 9).onScreen["household.householder_name"],
    ).toBe("王大山");
  });

  test("interviews and other visits' own records are on no form", () => {
    const view = viewOf(held({ "visits.x.at": [["2026-03-02T09:30:00+08:00", 0, 1]] }), [], 9);

    expect(view.onScreen).toEqual({});
    expect(view.seen).toEqual({});
  });
});

describe("a line of my work", () => {
  const registers: ShownCase["registers"] = {
    "household.householder_name": [["王大山", 0, 1]],
    "place.address": [["石桥3号", 0, 2]],
    "visits.x.at": [["2026-03-02T09:30:00+08:00", 0, 3]],
  };

  test("it says who, where and when last", () => {
    expect(lineOf("c", held(registers), [], "2026-04-01")).toEqual({
      id: "c",
      village: "n1",
      householder: "王大山",
      address: "石桥3号",
      group: "",
      states: ["done"],
      lastVisit: "2026-03-02",
      unsent: 0,
      joinedInto: null,
    });
  });

  test("a household is due when nobody has been there, when its time has come, and when a recheck was asked for", () => {
    const quarterly = { ...registers, "household.review_class": [["C", 0, 4]] };
    const asked = { tasks: [{ id: "t", kind: "recheck", opened: 1, done: null }] };

    expect(lineOf("c", held({}), [], "2026-04-01").states).toContain("due");
    expect(lineOf("c", held(quarterly), [], "2026-06-01").states).toContain("done");
    expect(lineOf("c", held(quarterly), [], "2026-06-02").states).toContain("due");
    expect(lineOf("c", held(registers, 5, asked), [], "2026-04-01").states).toContain("due");
  });

  test("returned, disputed, drafted and owed are said beside it", () => {
    const tasks = [{ id: "t", kind: "retake", opened: 1, done: null }];
    const disputed = {
      ...registers,
      "household.phone": [
        ["1", 0, 4],
        ["2", 1, 4],
      ],
    };
    const line = lineOf("c", held(disputed, 5, { tasks }), [], "2026-04-01");

    expect(withPending(line, { draft: true, unsent: 2, owed: true })).toMatchObject({
      states: ["done", "returned", "disputed", "draft", "owed"],
      unsent: 2,
    });
  });

  test("a search finds the village, the householder and the door number", () => {
    const regions = [{ id: "n1", name: "石桥村", level: 5, parent: null }];

    expect(searchText(lineOf("c", held(registers), [], "2026-04-01"), regions)).toBe("石桥村 王大山 石桥3号 ");
  });
});
