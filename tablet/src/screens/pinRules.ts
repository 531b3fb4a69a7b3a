/** Which PINs are refused: those that somebody who finds the tablet would try first. */

const KNOWN = new Set(["123456", "654321", "000000", "112233", "123123", "520520", "521521", "159753", "147258"]);

export type PinWeakness = "pinWeakKnown" | "pinWeakRepeated" | "pinWeakRun";

/** Why this PIN will not do, or null. */
export function pinWeakness(pin: string): PinWeakness | null {
  if (isRun(pin, 1) || isRun(pin, -1)) return "pinWeakRun";
  if (/^(\d{1,3})\1+$/u.test(pin)) return "pinWeakRepeated";
  return KNOWN.has(pin) ? "pinWeakKnown" : null;
}

/** `345678` and, wrapping round, `789012`. */
function isRun(pin: string, step: 1 | -1): boolean {
  const digits = [...pin].map(Number);
  return digits.every((digit, place) => place === 0 || digit === ((digits[place - 1] ?? 0) + step + 10) % 10);
}
