// @vitest-environment jsdom
/** What is shown before signing is what is signed; a payload is what the server's reader takes. */

import { describe, expect, it } from "vitest";
import { FormUnreadable } from "../src/form/model";
import { answerAt, withAnswer } from "../src/signing/instance";
import { ShownOtherwise, inkEvidence, mustBeAsShown, payloadOf, photosOf, type ToSeal } from "../src/signing/seal";
import { signOffsOf } from "../src/signing/slots";
import type { DraftContent, Photo } from "../src/store/records";
import { text } from "../src/sync/bytes";
import { readPayload } from "../src/sync/statement";
import vector from "../../tests/vectors/sealed_visit.json";

const [HOUSE, BOOK, INK] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [string, string, string];
const [ZHANG, LI] = [
  { id: "p1", name: "张三", keyid: "1".repeat(64) },
  { id: "p2", name: "李四", keyid: "2".repeat(64) },
];
const CLAIMS = { source: "camera", clock: "2026-11-24T09:00:00+08:00" };

function photo(digest: string, shot: string): Photo {
  return { digest, length: 1000, mediaType: "image/jpeg", shot, ref: `/data/photos/${shot}`, claims: CLAIMS };
}

const INSTANCE =
  '<data id="household_visit" version="2026.1"><visit><visit_at>2026-11-24T09:00:00+08:00</visit_at><visit_end/>' +
  `<met>member</met></visit><photos><photo_house>${HOUSE}.jpg</photo_house><photo_book>${BOOK}.jpg</photo_book></photos></data>`;

const draft: DraftContent = {
  kind: "household_visit",
  case: "0".repeat(31) + "1",
  village: "n1",
  form: "household_visit",
  version: "2026.1",
  instance: INSTANCE,
  seen: { "household.book_no": [`${"f".repeat(32)}-3:10`, `${"f".repeat(32)}-3:2`] },
  onScreen: { "household.book_no": "12" },
  disputed: {},
  held: 42,
  photos: [photo(BOOK, "document:household_book"), photo(HOUSE, "house_front"), photo("d".repeat(64), "kitchen")],
  startedAt: "2026-11-24T09:00:00+08:00",
  page: null,
};
const place = { seq: 7, prev: "e".repeat(64), replica: "9".repeat(32), monotonicMs: 1234.6, boot: "boot1" };
const both = { signers: [ZHANG, LI], missing: "" };
const people = [ZHANG, LI];

function sealing(over: Partial<ToSeal> = {}): ToSeal {
  return {
    draft,
    instance: INSTANCE,
    authority: "demo",
    author: ZHANG.id,
    place,
    wall: "2026-11-24T10:00:00+08:00",
    signOffs: signOffsOf(both, people, "householder", { outcome: "signed", reason: "", ink: null }),
    handwriting: [],
    ...over,
  };
}

const signed = sealing({
  place: { ...place, seq: 8, prev: "d".repeat(64) },
  wall: "2026-11-24T10:05:00+08:00",
  signOffs: signOffsOf(both, people, "householder", { outcome: "signed", reason: "", ink: INK }),
  handwriting: [inkEvidence(INK, 900, "householder", "2026-11-24T10:04:00+08:00")],
});

describe("the bytes that are signed", () => {
  it("are those of the vector that the server reads", () => {
    expect(text(payloadOf(signed))).toBe(vector.payload);
  });

  it("name the photos that the form names, in the form's order, and then the ink", () => {
    expect(readPayload(payloadOf(signed)).evidence.map((item) => item.shot)).toEqual([
      "house_front",
      "document:household_book",
      "ink:householder",
    ]);
    expect(photosOf([photo(INK, "ink:householder")], INK)).toEqual([]);
  });

  it("of an interview have seen nothing", () => {
    const interview: DraftContent = { ...draft, kind: "neighbour_interview" };

    expect(readPayload(payloadOf(sealing({ draft: interview }))).seen).toEqual({});
  });
});

describe("what was shown", () => {
  const shown = payloadOf(sealing());

  it("is what is signed, at another place in the chain and with the ink", () => {
    expect(() => mustBeAsShown(shown, payloadOf(signed))).not.toThrow();
  });

  it.each([
    ["another answer", { instance: INSTANCE.replace("member", "nobody") }],
    ["one photo less", { draft: { ...draft, photos: draft.photos.slice(1) } }],
    ["another claim", { draft: { ...draft, photos: draft.photos.map((each) => ({ ...each, claims: {} })) } }],
    ["another household", { draft: { ...draft, case: "0".repeat(32) } }],
    ["other dots seen", { draft: { ...draft, seen: {} } }],
    ["another author", { author: LI.id }],
    [
      "one signer less",
      {
        signOffs: signOffsOf({ signers: [ZHANG], missing: "病假" }, people, "householder", {
          outcome: "signed",
          reason: "",
          ink: INK,
        }),
      },
    ],
    [
      "another outcome",
      { signOffs: signOffsOf(both, people, "householder", { outcome: "refused", reason: "不同意", ink: null }) },
    ],
  ] as [string, Partial<ToSeal>][])("is not signed with %s", (_, change) => {
    expect(() => mustBeAsShown(shown, payloadOf({ ...signed, ...change }))).toThrow(ShownOtherwise);
  });
});

describe("sign-offs", () => {
  const other = { outcome: "absent", reason: " 外出务工 ", ink: null } as const;

  it("are the investigators' by their keys, then the household's", () => {
    expect(signOffsOf(both, people, "householder", { outcome: "signed", reason: "unused", ink: INK })).toEqual([
      { slot: "investigator", outcome: "signed", person: "p1", keyid: ZHANG.keyid },
      { slot: "investigator", outcome: "signed", person: "p2", keyid: LI.keyid },
      { slot: "householder", outcome: "signed", ink: INK },
    ]);
  });

  it("say who is missing, and why", () => {
    expect(signOffsOf({ signers: [LI], missing: "病假" }, people, "householder", other)).toEqual([
      { slot: "investigator", outcome: "signed", person: "p2", keyid: LI.keyid },
      { slot: "investigator", outcome: "absent", person: "p1", reason: "病假" },
      { slot: "householder", outcome: "absent", reason: "外出务工" },
    ]);
  });

  it("name nobody as missing where it could be anybody", () => {
    const three = [...people, { id: "p3", name: "王五", keyid: "3".repeat(64) }];

    expect(signOffsOf({ signers: [LI], missing: "病假" }, three, "householder", other)[1]).toEqual({
      slot: "investigator",
      outcome: "absent",
      reason: "病假",
    });
  });
});

describe("an answer of a filled-in form", () => {
  it("is read and set by its path, and nothing else changes", () => {
    const ended = withAnswer(INSTANCE, "/data/visit/visit_end", "2026-11-24T10:00:00+08:00");

    expect(answerAt(INSTANCE, "/data/visit/visit_end")).toBe("");
    expect(answerAt(ended, "/data/visit/visit_end")).toBe("2026-11-24T10:00:00+08:00");
    expect(ended).toBe(INSTANCE.replace("<visit_end/>", "<visit_end>2026-11-24T10:00:00+08:00</visit_end>"));
  });

  it("that was not asked stays not asked", () => {
    expect(answerAt(INSTANCE, "/data/visit/place")).toBeNull();
    expect(answerAt(INSTANCE, "/other/visit/met")).toBeNull();
    expect(withAnswer(INSTANCE, "/data/visit/place", "x")).toBe(INSTANCE);
    expect(withAnswer(INSTANCE, "/data/visit", "x")).toBe(INSTANCE);
  });

  it("keeps what must be escaped", () => {
    const ref = "/data/visit/met";
    expect(answerAt(withAnswer(INSTANCE, ref, "<&>\"'"), ref)).toBe("<&>\"'");
  });

  it("is not looked for in what is no XML", () => {
    expect(() => answerAt("<data><visit>", "/data/visit")).toThrow(FormUnreadable);
  });
});
