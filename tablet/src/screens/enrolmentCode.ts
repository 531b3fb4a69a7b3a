/** The office's one-time code as people type it: forgiving, for it is read off a screen across a desk. */

const SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base 32
export const CODE_LENGTH = 16;

/** The code as it goes over the wire, of whatever length was typed: no dashes, no spaces, no look-alikes. */
export function normalCode(typed: string): string {
  return typed
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s\-‐‑‒–—_.·]/gu, "")
    .replace(/O/gu, "0")
    .replace(/[IL]/gu, "1");
}

/** `ABCD-EFGH-…`, as the office shows it. */
export function groupedCode(typed: string): string {
  return (normalCode(typed).match(/.{1,4}/gu) ?? []).join("-");
}

/** The first sign that no code has, or null. */
export function strangeSign(code: string): string | null {
  return [...code].find((sign) => !SIGNS.includes(sign)) ?? null;
}

/** The code in a scanned QR: the address of the tablet app with the code behind `#enrol=`, or the bare code. */
export function codeFromScan(text: string): string | null {
  const code = normalCode(/#enrol=([\w-]+)$/u.exec(text.trim())?.[1] ?? text);
  return code.length === CODE_LENGTH && strangeSign(code) === null ? code : null;
}
