/** Dates, times, sizes and spans of time as people write them. Figures are the same in both languages. */

import { language } from "../words";

/** `2026-11-23` and `14:05`, in the tablet's own time zone; a text that is no date stays as it is. */
export function day(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export function moment(time: string | number): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return String(time);
  return `${day(at.toISOString())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `3 天 4 小时`, `12 分钟`: the two largest units are enough to worry or not to worry. */
export function span(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  const zh = language() === "zh";
  if (days > 0) return zh ? `${days} 天 ${hours} 小时` : `${days} d ${hours} h`;
  if (hours > 0) return zh ? `${hours} 小时 ${minutes % 60} 分钟` : `${hours} h ${minutes % 60} min`;
  return zh ? `${minutes} 分钟` : `${minutes} min`;
}

const two = (figure: number) => String(figure).padStart(2, "0");
