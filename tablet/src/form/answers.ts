/**
 * How an answer is written: text in the form, a plain value in the case. The same rules as the server's
 * `schemas/forms/values.py`: money is yuan on the form and integer fen in the case, dates are ISO 8601.
 */

import type { Value } from "../sync/register";
import { byUnits } from "../sync/strictJson";

/** The text is not an answer of this type: it is kept as written. */
export class UnparsableAnswer extends Error {}

export function parseAnswer(type: string, codes: readonly string[], sensitivity: string | null, text: string): Value {
  if (sensitivity === "id_number") return text.replaceAll(/\s+/g, "").toUpperCase();
  switch (type) {
    case "integer":
      return integer(text);
    case "decimal":
      return decimal(text);
    case "money":
      return money(text);
    case "date":
      return date(text);
    case "datetime":
      return moment(text);
    case "place":
      return place(text);
    case "yes_no":
      if (text !== "yes" && text !== "no") throw new UnparsableAnswer(type);
      return text === "yes";
    case "choice":
      if (!codes.includes(text)) throw new UnparsableAnswer(type);
      return text;
    case "choices": {
      const chosen = [...new Set(text.split(/\s+/))];
      if (!chosen.every((code) => codes.includes(code))) throw new UnparsableAnswer(type);
      return chosen.toSorted(byUnits);
    }
    default:
      return text;
  }
}

/** The text that a form holds for a value of the case. */
export function writeAnswer(type: string, value: Value): string {
  if (value === null) return "";
  if (type === "yes_no") return value === true ? "yes" : "no";
  if (type === "money" && typeof value === "number") return yuan(value);
  return Array.isArray(value) ? value.join(" ") : String(value);
}

/** Fen as yuan text: 123450 becomes 1234.50. */
export function yuan(fen: number): string {
  const whole = Math.trunc(Math.abs(fen) / 100);
  return `${fen < 0 ? "-" : ""}${whole}.${String(Math.abs(fen) % 100).padStart(2, "0")}`;
}

function integer(text: string): number {
  if (!/^[+-]?[0-9]{1,15}$/.test(text)) throw new UnparsableAnswer("integer");
  return Number(text) + 0 || 0; // -0 is 0
}

function parts(text: string): { sign: string; whole: string; fraction: string } {
  const found = /^([+-]?)([0-9]{0,13})(?:\.([0-9]*))?$/.exec(text);
  if (!found || !(found[2] || found[3])) throw new UnparsableAnswer("decimal");
  return {
    sign: found[1] === "-" ? "-" : "",
    whole: (found[2] ?? "").replace(/^0+/, "") || "0",
    fraction: (found[3] ?? "").replace(/0+$/, ""),
  };
}

function decimal(text: string): string {
  const { sign, whole, fraction } = parts(text);
  const number = fraction ? `${whole}.${fraction}` : whole;
  return number === "0" ? number : sign + number;
}

function money(text: string): number {
  const { sign, whole, fraction } = parts(text);
  if (fraction.length > 2) throw new UnparsableAnswer("money");
  const fen = Number(whole) * 100 + Number(fraction.padEnd(2, "0"));
  return sign && fen !== 0 ? -fen : fen;
}

function date(text: string): string {
  const day = text.slice(0, 10);
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day) || (text.length > 10 && text[10] !== "T") || !isDay(day)) {
    throw new UnparsableAnswer("date");
  }
  return day;
}

function isDay(day: string): boolean {
  const [year = 0, month = 0, number = 0] = day.split("-").map(Number);
  const found = new Date(0);
  found.setUTCFullYear(year, month - 1, number);
  return year > 0 && found.getUTCMonth() === month - 1 && found.getUTCDate() === number;
}

/** To the second, with the offset that the text gives (none, if it gives none). */
function moment(text: string): string {
  const found =
    /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$/.exec(
      text,
    );
  const [, day = "", hour = "", minute = "", second = "00", offset = ""] = found ?? [];
  if (!found || !isDay(day) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    throw new UnparsableAnswer("datetime");
  }
  const zone = offset === "Z" ? "+00:00" : offset.replace(/^([+-][0-9]{2})([0-9]{2})$/, "$1:$2");
  return `${day}T${hour}:${minute}:${second}${zone}`;
}

function place(text: string): string {
  const numbers = text.trim().split(/\s+/);
  if (numbers.length < 2 || numbers.length > 4) throw new UnparsableAnswer("place");
  const written = numbers.map(decimal);
  if (Math.abs(Number(written[0])) > 90 || Math.abs(Number(written[1])) > 180) throw new UnparsableAnswer("place");
  return written.join(" ");
}
