/** A person's lock opens with the PIN and the share together, and with nothing else. */

import { beforeAll, expect, test } from "vitest";
import { sealBox, BOX_OVERHEAD } from "../src/keys/box";
import {
  openDataKey,
  openSigningKey,
  personLock,
  STRETCH,
  stretch,
  wrapDataKey,
  wrapSigningKey,
} from "../src/keys/lock";
import { newPersonKey, newReplicaKey, sign, verify } from "../src/keys/signing";
import { DoesNotOpen, Vault } from "../src/keys/vault";
import { utf8 } from "../src/sync/bytes";

const CHEAP = { kind: "argon2id", memoryKiB: 64, passes: 1, lanes: 1 } as const;
const salt = new Uint8Array(16).fill(1);
const share = new Uint8Array(32).fill(2);
let lock: CryptoKey;

async function lockOf(pin: string, lent: Uint8Array, person: string): Promise<CryptoKey> {
  return personLock(await stretch(pin, salt, CHEAP), lent, person);
}

beforeAll(async () => {
  lock = await lockOf("480516", share, "zhang");
});

test("what was sealed under the data key opens after unlocking, in its own place only", async () => {
  const vault = await Vault.fresh();
  const sealed = await vault.seal(utf8("一户一档"), "case:1");
  const wrapped = await wrapDataKey(lock, vault, "zhang");

  const reopened = await openDataKey(await lockOf("480516", share, "zhang"), wrapped, "zhang");

  expect(await reopened.open(sealed, "case:1")).toEqual(utf8("一户一档"));
  await expect(reopened.open(sealed, "case:2")).rejects.toThrow(DoesNotOpen);
});

test.each([
  ["another PIN", "480517", share, "zhang"],
  ["another share", "480516", new Uint8Array(32), "zhang"],
  ["another person", "480516", share, "li"],
])("%s does not open it", async (_, pin, lent, person) => {
  const wrapped = await wrapDataKey(lock, await Vault.fresh(), "zhang");
  const wrappedKey = await wrapSigningKey(lock, (await newPersonKey()).privateKey, "zhang");
  const other = await lockOf(pin, lent, person);

  await expect(openDataKey(other, wrapped, "zhang")).rejects.toThrow(DoesNotOpen);
  await expect(openSigningKey(other, wrappedKey, "zhang")).rejects.toThrow(DoesNotOpen);
});

test("what one person's lock holds does not open in the name of another, nor one thing as another", async () => {
  const wrapped = await wrapDataKey(lock, await Vault.fresh(), "zhang");

  await expect(openDataKey(lock, wrapped, "li")).rejects.toThrow(DoesNotOpen);
  await expect(openSigningKey(lock, wrapped, "zhang")).rejects.toThrow(DoesNotOpen);
});

test("a PIN is stretched by the parameters kept with it: argon2id with 32 MiB unless they say otherwise", async () => {
  const usual = await stretch("480516", salt);

  expect(STRETCH).toEqual({ kind: "argon2id", memoryKiB: 32 * 1024, passes: 2, lanes: 1 });
  expect(usual).toHaveLength(32);
  expect(await stretch("480516", salt, { ...STRETCH })).toEqual(usual);
  expect(await stretch("480516", salt, { ...STRETCH, passes: 3 })).not.toEqual(usual);
  expect(await stretch("480516", new Uint8Array(16), STRETCH)).not.toEqual(usual);
});

test("a person's key signs again after unlocking, and cannot be taken out", async () => {
  const { privateKey, spki } = await newPersonKey();
  const opened = await openSigningKey(lock, await wrapSigningKey(lock, privateKey, "zhang"), "zhang");

  const signature = await sign(opened, utf8("谁清查"));

  expect(await verify(spki, utf8("谁清查"), signature)).toBe(true);
  expect(await verify(spki, utf8("谁签字"), signature)).toBe(false);
  await expect(crypto.subtle.exportKey("pkcs8", opened)).rejects.toThrow();
});

test("the tablet's own key cannot be taken out", async () => {
  const { keys } = await newReplicaKey();

  await expect(crypto.subtle.exportKey("pkcs8", keys.privateKey)).rejects.toThrow();
});

test("a box is as much longer as promised, and no two are alike", async () => {
  const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));

  const one = await sealBox(spki, utf8("同一句话"), "statement:x-1");
  const other = await sealBox(spki, utf8("同一句话"), "statement:x-1");

  expect(one.length).toBe(utf8("同一句话").length + BOX_OVERHEAD);
  expect(one).not.toEqual(other);
});
