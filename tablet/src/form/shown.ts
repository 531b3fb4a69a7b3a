/** Values as people read them: labels for codes, yuan for fen, names for ids. */

import type { Value } from "../sync/register";
import { moment } from "../parts/plain";
import type { Language } from "../words";
import { yuan } from "./answers";
import type { Binding } from "./model";

const YES_NO: Record<Language, [string, string]> = { zh: ["是", "否"], en: ["yes", "no"] };

/** `nameOf` gives the name of a member on the same form. "" for nothing. */
export function shownValue(
  binding: Pick<Binding, "type" | "choices">,
  value: Value,
  language: Language,
  nameOf: (member: string) => string = (id) => id,
): string {
  if (value === null || value === "") return "";
  if (typeof value === "boolean") return YES_NO[language][value ? 0 : 1];
  const label = (code: string) => binding.choices.find((choice) => choice.code === code)?.labels[language] ?? code;
  if (Array.isArray(value)) return value.map(label).join(language === "zh" ? "、" : ", ");
  switch (binding.type) {
    case "money":
      return typeof value === "number" ? money(value, language) : value;
    case "choice":
      return label(String(value));
    case "member":
      return nameOf(String(value));
    case "datetime":
      return moment(String(value));
    case "place":
      return place(String(value), language);
    default:
      return String(value);
  }
}

/** `北纬 30.25°，东经 120.17°（误差约 12 米）` */
function place(text: string, language: Language): string {
  const [lat, lng, , accuracy] = text.split(" ").map(Number);
  if (lat === undefined || lng === undefined || Number.isNaN(lat) || Number.isNaN(lng)) return text;
  const [north, east] = [Math.abs(lat), Math.abs(lng)];
  const metres = accuracy ? Math.round(accuracy) : null;
  if (language === "zh") {
    const within = metres === null ? "" : `（误差约 ${metres} 米）`;
    return `${lat < 0 ? "南纬" : "北纬"} ${north}°，${lng < 0 ? "西经" : "东经"} ${east}°${within}`;
  }
  const within = metres === null ? "" : ` (within about ${metres} m)`;
  return `${north}° ${lat < 0 ? "S" : "N"}, ${east}° ${lng < 0 ? "W" : "E"}${within}`;
}

/** `1,234.00 元` */
export function money(fen: number, language: Language): string {
  const [whole = "", cents = ""] = yuan(fen).split(".");
  const grouped = `${whole.replaceAll(/\B(?=([0-9]{3})+$)/g, ",")}.${cents}`;
  return language === "zh" ? `${grouped} 元` : `${grouped} yuan`;
}
