// @vitest-environment jsdom
/** From a draft to a sealed statement: fixed bytes, real signatures, and what happens when something moves meanwhile. */

import { beforeEach, describe, expect, it } from "vitest";
import { ChainMoved, type Field, type Person } from "../src/field";
import { readForm } from "../src/form/model";
import { newPersonKey, verify, type PersonKey } from "../src/keys/signing";
import { Ceremony, ChangedElsewhere, type Fixed } from "../src/signing/ceremony";
import { missingShots } from "../src/signing/formFacts";
import { answerAt } from "../src/signing/instance";
import type { DraftContent, StatementKind } from "../src/store/records";
import { utf8 } from "../src/sync/bytes";
import { digestOf, pae, STATEMENT_TYPE } from "../src/sync/envelope";
import { readPayload } from "../src/sync/statement";
import { vectors } from "./vectors";

const forms = vectors<{ forms: Record<string, string> }>("instance").forms;
const INK = utf8('{"ink":1,"width":600,"height":240,"strokes":[[[1,2,0]]]}');
const SIGNED = { outcome: "signed", reason: "", handwriting: { kind: "ink", bytes: INK } } as const;

/** The parts of an open tablet that sealing touches, in memory. */
class Table {
  readonly people: Person[] = [];
  readonly keys = new Map<string, PersonKey>();
  readonly committed: Parameters<Field["commit"]>[0][] = [];
  seq = 4;
  draft: DraftContent;

  constructor(kind: StatementKind, instance: string) {
    this.draft = {
      kind,
      case: "0".repeat(32),
      village: "n1",
      form: kind,
      version: "2026.1",
      instance,
      seen: { "household.book_no": [`${"f".repeat(32)}-3:1`] },
      onScreen: { "household.book_no": "12" },
      disputed: {},
      held: 3,
      photos: [],
      startedAt: "2026-11-24T09:00:00+08:00",
      page: null,
    };
  }

  get tablet(): Field["tablet"] {
    return { authority: { id: "demo" } } as Field["tablet"]; // the rest of the row takes no part
  }

  async enrol(id: string): Promise<void> {
    const key = await newPersonKey();
    this.keys.set(id, key);
    this.people.push({ id, name: id, keyid: key.keyid });
  }

  openDraft = () => Promise.resolve(structuredClone(this.draft));
  keepFile = (_: string, bytes: Uint8Array) => Promise.resolve(digestOf(bytes));
  nextPlace = () =>
    Promise.resolve({ seq: this.seq, prev: "e".repeat(64), replica: "9".repeat(32), monotonicMs: 12.4, boot: "b" });
  unlockSigner = (person: string) => {
    const key = this.keys.get(person);
    return key ? Promise.resolve(key.privateKey) : Promise.reject(new Error(person));
  };
  commit: Field["commit"] = (sealed) => {
    const { seq, id } = readPayload(sealed.payload);
    if (seq !== this.seq) return Promise.reject(new ChainMoved());
    this.committed.push(sealed);
    return Promise.resolve(id);
  };

  ceremony(): Ceremony {
    const { kind, instance } = this.draft;
    return new Ceremony(this, "d1", structuredClone(this.draft), instance ?? "", readForm(forms[kind] ?? ""));
  }

  get attendance() {
    return { signers: this.people, missing: "" };
  }
}

const VISIT =
  '<data id="household_visit" version="2026.1"><visit><visit_at>2026-11-24T09:00:00+08:00</visit_at><visit_end/>' +
  "<met>member</met></visit><household><book_no>12</book_no></household>" +
  "<photos><photo_house/><photo_livestock/></photos></data>";
const INTERVIEW =
  '<data id="neighbour_interview" version="2026.1"><visit><visit_at>2026-11-24T09:00:00+08:00</visit_at></visit>' +
  "<signing><informant_signing>anonymous</informant_signing></signing></data>";

async function signedByAll(table: Table, ceremony: Ceremony, fixed: Fixed): Promise<Fixed> {
  let signed = fixed;
  for (const person of table.people) signed = await ceremony.sign(signed, person, "000000");
  return signed;
}

describe("a visit", () => {
  let table: Table;
  beforeEach(async () => {
    table = new Table("household_visit", VISIT);
    await table.enrol("zhang");
    await table.enrol("li");
  });

  it("is sealed with everybody's signature over the very bytes, ends when signing begins, and names its ink", async () => {
    const ceremony = table.ceremony();
    await ceremony.show(table.attendance, "signed");
    const signed = await signedByAll(table, ceremony, await ceremony.fix(table.attendance, SIGNED));

    const id = await ceremony.seal(signed);

    const sealed = table.committed[0];
    const statement = readPayload(sealed?.payload ?? new Uint8Array());
    expect(id).toBe(`${"9".repeat(32)}-4`);
    expect(statement.author).toBe("zhang");
    expect(answerAt(statement.instance, "/data/visit/visit_end")).toMatch(/^\d{4}-\d\d-\d\dT/u);
    expect(statement.signOffs.at(-1)).toEqual({ slot: "householder", outcome: "signed", ink: digestOf(INK) });
    expect(statement.evidence.map((item) => item.shot)).toEqual(["ink:householder"]);
    expect(sealed?.writes).toContainEqual({ path: "household.book_no", value: "12" });
    for (const [at, { keyid, spki }] of [...table.keys.values()].entries()) {
      const signature = sealed?.signatures[at];
      expect(signature?.keyid).toBe(keyid);
      const covered = pae(STATEMENT_TYPE, sealed?.payload ?? new Uint8Array());
      expect(await verify(spki, covered, signature?.sig ?? new Uint8Array())).toBe(true);
    }
  });

  it("is made and signed anew when another window has sealed first, and reads the same", async () => {
    const ceremony = table.ceremony();
    await ceremony.show(table.attendance, "signed");
    const signed = await signedByAll(table, ceremony, await ceremony.fix(table.attendance, SIGNED));
    table.seq = 5;

    const again = await ceremony.seal(signed);

    if (typeof again === "string") throw new Error("sealed at a place that was taken");
    expect(again.signatures).toEqual([]);
    expect(readPayload(again.payload).seq).toBe(5);
    expect(readPayload(again.payload).instance).toBe(readPayload(signed.payload).instance);
    expect(await ceremony.seal(await signedByAll(table, ceremony, again))).toBe(`${"9".repeat(32)}-5`);
    expect(table.committed).toHaveLength(1);
  });

  it("is not fixed when its draft was changed elsewhere after the household read it", async () => {
    const ceremony = table.ceremony();
    await ceremony.show(table.attendance, "signed");
    table.draft = { ...table.draft, instance: VISIT.replace("member", "other") };

    await expect(ceremony.fix(table.attendance, SIGNED)).rejects.toBeInstanceOf(ChangedElsewhere);
  });

  it("expects nobody's signature where nobody was met", () => {
    table.draft.instance = VISIT.replace("member", "nobody");

    expect(table.ceremony().expected()).toBe("absent");
  });

  it("keeps the photo of a thumbprint as evidence of its own, not as ink", async () => {
    const photo = {
      digest: "a".repeat(64),
      length: 9,
      mediaType: "image/jpeg",
      shot: "thumbprint",
      ref: "",
      claims: {},
    };
    const ceremony = table.ceremony();
    await ceremony.show(table.attendance, "thumbprint");

    const { payload } = await ceremony.fix(table.attendance, {
      outcome: "thumbprint",
      reason: "见证人：王",
      handwriting: { kind: "print", photo },
    });

    expect(readPayload(payload).evidence.map((item) => item.shot)).toEqual(["thumbprint"]);
    expect(readPayload(payload).signOffs.at(-1)?.ink).toBeUndefined();
  });

  it("names the required photos that were asked for and not taken", () => {
    expect(missingShots(readForm(forms["household_visit"] ?? ""), VISIT)).toEqual(["房屋外观（含门牌）"]);
  });
});

describe("an interview", () => {
  it("says how it was signed, has seen nothing and leaves nothing to show", async () => {
    const table = new Table("neighbour_interview", INTERVIEW);
    await table.enrol("zhang");
    const ceremony = table.ceremony();
    expect(ceremony.expected()).toBe("anonymous");
    const alone = { signers: table.people, missing: "病假" };
    await ceremony.show(alone, "declined");
    const fixed = await ceremony.fix(alone, { outcome: "declined", reason: "怕得罪人", handwriting: null });

    await ceremony.seal(await signedByAll(table, ceremony, fixed));

    const statement = readPayload(table.committed[0]?.payload ?? new Uint8Array());
    expect(answerAt(statement.instance, "/data/signing/informant_signing")).toBe("declined");
    expect(statement.seen).toEqual({});
    expect(statement.evidence).toEqual([]);
    expect(table.committed[0]?.writes).toEqual([]);
    expect(statement.signOffs.map(({ slot, outcome }) => [slot, outcome])).toEqual([
      ["investigator", "signed"],
      ["investigator", "absent"],
      ["informant", "declined"],
    ]);
  });
});
