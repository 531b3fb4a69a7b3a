/** Enrolment codes as people type and scan them, and PINs that nobody should choose. */

import { describe, expect, test } from "vitest";
import { codeFromScan, groupedCode, normalCode, strangeSign } from "../src/screens/enrolmentCode";
import { pinWeakness } from "../src/screens/pinRules";

describe("an enrolment code as people type it", () => {
  test.each([
    ["abcd-efgh-jkmn-pqrs", "ABCDEFGHJKMNPQRS"],
    [" ABCD EFGH　JKMN–PQRS ", "ABCDEFGHJKMNPQRS"],
    ["OIL0-oil1-0000-1111", "0110011100001111"],
    ["ＡＢＣＤ１２３４", "ABCD1234"], // full-width, as a Chinese keyboard gives them
  ])("%s is %s", (typed, code) => {
    expect(normalCode(typed)).toBe(code);
  });

  test("is shown in groups of four, also while it is half typed", () => {
    expect(groupedCode("abcdefghjkmnpqrs")).toBe("ABCD-EFGH-JKMN-PQRS");
    expect(groupedCode("abcde")).toBe("ABCD-E");
    expect(groupedCode("")).toBe("");
  });

  test("names the sign that no code has", () => {
    expect(strangeSign("ABCU")).toBe("U");
    expect(strangeSign("ABCD")).toBeNull();
  });

  test("is found in the office's QR code, and in nothing else", () => {
    expect(codeFromScan("https://10.0.0.5:8443/tablet/#enrol=ABCD-EFGH-JKMN-PQRS")).toBe("ABCDEFGHJKMNPQRS");
    expect(codeFromScan("abcd-efgh-jkmn-pqrs")).toBe("ABCDEFGHJKMNPQRS");
    expect(codeFromScan("https://example.org/")).toBeNull();
    expect(codeFromScan("https://10.0.0.5/tablet/#enrol=ABCD")).toBeNull();
  });
});

describe("a PIN", () => {
  test.each([
    ["000000", "pinWeakRepeated"],
    ["121212", "pinWeakRepeated"],
    ["123123", "pinWeakRepeated"],
    ["123456", "pinWeakRun"],
    ["654321", "pinWeakRun"],
    ["789012", "pinWeakRun"],
    ["112233", "pinWeakKnown"],
  ])("%s is refused", (pin, why) => {
    expect(pinWeakness(pin)).toBe(why);
  });

  test.each(["283746", "100001", "123457", "900210"])("%s will do", (pin) => {
    expect(pinWeakness(pin)).toBeNull();
  });
});
