/**
 * The permanent name of a write: the statement that made it and its number there.
 *
 * A statement's id names its replica and its place in that replica's chain: `<32 hex digits>-<sequence number>`.
 * As text a dot is `<statement id>:<number>`.
 */

export type DotText = string;

export interface Dot {
  statement: string;
  number: number;
}

export class UnreadableDot extends Error {}

export function dotText(statement: string, number: number): DotText {
  return `${statement}:${number}`;
}

/** Throws UnreadableDot. Stricter than the server, which writes `:01` as `:1`: here a dot's text is its identity. */
export function parseDot(dot: DotText): Dot {
  const found = /^(.+):(0|[1-9][0-9]{0,8})$/.exec(dot);
  if (found?.[1] === undefined || found[2] === undefined) throw new UnreadableDot("a dot is <statement id>:<number>");
  return { statement: found[1], number: Number(found[2]) };
}

/** The replica that made a statement. */
export function replicaOf(statement: string): string {
  return statement.slice(0, Math.max(0, statement.lastIndexOf("-")));
}

/** Its place in that replica's chain, from 1. */
export function sequenceOf(statement: string): number {
  return Number(statement.slice(statement.lastIndexOf("-") + 1));
}

/** Dots in the order that Python gives them: by statement, then by number. */
export function compareDots(one: DotText, other: DotText): number {
  const a = parseDot(one);
  const b = parseDot(other);
  if (a.statement !== b.statement) return a.statement < b.statement ? -1 : 1;
  return a.number - b.number;
}
