// @vitest-environment jsdom
import { beforeEach, describe, expect, test } from "vitest";
import { readRoute, takeEnrolmentCode } from "../src/route";

describe("the address", () => {
  test.each([
    ["", { name: "work" }],
    ["#/", { name: "work" }],
    ["#/case/ab12", { name: "case", id: "ab12" }],
    ["#/visit/d-1", { name: "visit", id: "d-1" }],
    ["#/sign/d_1", { name: "sign", id: "d_1" }],
    ["#/outbox", { name: "outbox" }],
    ["#/settings", { name: "settings" }],
    ["#/case/", { name: "work" }],
    ["#/case/<b>", { name: "work" }],
    ["#/nowhere/at/all", { name: "work" }],
    ["#enrol=ABCD", { name: "work" }],
  ])("%s leads to a screen", (hash, route) => {
    expect(readRoute(hash)).toEqual(route);
  });
});

describe("an enrolment code in the address", () => {
  beforeEach(() => history.replaceState(null, "", "/tablet/"));

  test("is taken out of it with the first reading", () => {
    history.replaceState(null, "", "/tablet/#enrol=ABCD-EFGH-JKMN-PQRS");
    expect(takeEnrolmentCode()).toBe("ABCD-EFGH-JKMN-PQRS");
    expect(location.href).not.toContain("ABCD");
    expect(takeEnrolmentCode()).toBeNull();
  });

  test("leaves any other address alone", () => {
    history.replaceState(null, "", "/tablet/#/case/ab12");
    expect(takeEnrolmentCode()).toBeNull();
    expect(location.hash).toBe("#/case/ab12");
  });
});
