/** Boxes as the server opens them: the same bytes from the same keys. */

import { expect, test } from "vitest";
import { sealBox } from "../src/keys/box";
import { fromBase64, toBase64 } from "../src/sync/bytes";
import { vectors } from "./vectors";

interface BoxVectors {
  intake_spki: string;
  ephemeral_pkcs8: string;
  ephemeral_spki: string;
  good: { name: string; plain: string; bound_to: string; box: string }[];
}

const given = vectors<BoxVectors>("box");
const ECDH = { name: "ECDH", namedCurve: "P-256" };

test.each(given.good)("$name", async ({ plain, bound_to: boundTo, box }) => {
  const ephemeral = {
    privateKey: await crypto.subtle.importKey("pkcs8", fromBase64(given.ephemeral_pkcs8), ECDH, false, [
      "deriveBits",
    ]),
    publicKey: await crypto.subtle.importKey("spki", fromBase64(given.ephemeral_spki), ECDH, true, []),
  };

  const sealed = await sealBox(fromBase64(given.intake_spki), fromBase64(plain), boundTo, ephemeral);

  expect(toBase64(sealed)).toBe(box);
});
