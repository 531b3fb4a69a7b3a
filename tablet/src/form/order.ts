/** The order of texts by UTF-16 code units: for field paths and codes, which are ASCII, everybody's order. */
export function compareUnits(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
