/**
 * One request and its answer. Everything that is not surely this server's word counts as a line that was cut: half an
 * answer, a gateway's error page, the log-in page of a hotel.
 */

import type { ItemProblem } from "../store/records";
import { text } from "../sync/bytes";

/** No answer, or none that can be trusted: try again later. */
export class LinkCut extends Error {}

/** The server is busy and says when to come again. */
export class ComeLater extends Error {
  constructor(readonly afterMs: number | null) {
    super("the server asks to come again later");
  }
}

/** The token counts no more; a new session goes on. */
export class SessionOver extends Error {}

/** The server's own no (RFC 9457). `facts` are the problem's other members. */
export class Refused extends Error {
  constructor(
    readonly problem: ItemProblem,
    readonly facts: Record<string, unknown>,
  ) {
    super(problem.type);
  }

  is(name: string): boolean {
    return this.problem.type === PROBLEM + name;
  }
}

export const PROBLEM = "urn:ruhu:problem:";
export const API = "/api/v1";

export interface Request {
  method: "GET" | "POST";
  path: string;
  headers?: Record<string, string>;
  body?: { type: string; bytes: Uint8Array };
}

export class Wire {
  constructor(
    readonly origin: string,
    private readonly stall: number,
  ) {}

  /** The JSON of a 2xx answer. Throws LinkCut, ComeLater, SessionOver, Refused. */
  async json<T>(request: Request): Promise<T> {
    return parsed(await this.text(request)) as T;
  }

  /** The text of a 2xx answer. Throws like `json`. */
  async text(request: Request): Promise<string> {
    return text(await this.bytes(request));
  }

  /** The body of a 2xx answer. Throws like `json`. */
  async bytes({ method, path, headers, body }: Request): Promise<Uint8Array> {
    let answer: Response;
    let bytes: Uint8Array;
    try {
      answer = await fetch(`${this.origin}${API}${path}`, {
        method,
        headers: { ...headers, ...(body ? { "Content-Type": body.type } : {}) },
        body: body ? new Uint8Array(body.bytes) : null,
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        signal: AbortSignal.timeout(this.stall),
      });
      bytes = new Uint8Array(await answer.arrayBuffer());
    } catch {
      throw new LinkCut("no answer");
    }
    if (answer.ok) return bytes;
    throw trouble(answer.status, answer.headers.get("Retry-After"), new TextDecoder().decode(bytes));
  }
}

/** What an answer that is no success means to whoever asked. */
export function trouble(status: number, retryAfter: string | null, body: string): Error {
  if (status === 503 || status === 429) return new ComeLater(patience(retryAfter, body));
  const problem = problemIn(body);
  if (problem === null) return new LinkCut(`an answer ${status} that is not the server's`);
  if (status === 401) return new SessionOver("the session is over");
  return problem;
}

function problemIn(body: string): Refused | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  const problem = readProblem(value);
  return problem === null ? null : new Refused(problem, value as Record<string, unknown>);
}

/** A problem document as the outbox keeps it, or null when it is none of ours. */
export function readProblem(value: unknown): ItemProblem | null {
  if (typeof value !== "object" || value === null) return null;
  const { type, title, detail, status, translations } = value as Record<string, unknown>;
  if (typeof type !== "string" || !type.startsWith(PROBLEM)) return null;
  return {
    type,
    title: typeof title === "string" ? title : "",
    detail: typeof detail === "string" ? detail : null,
    status: typeof status === "number" ? status : 0,
    ...(typeof translations === "object" && translations !== null
      ? { translations: translations as NonNullable<ItemProblem["translations"]> }
      : {}),
  };
}

function patience(retryAfter: string | null, body: string): number | null {
  const seconds = Number(retryAfter ?? Number.NaN);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  const said = problemIn(body)?.facts["retry_after"];
  return typeof said === "number" && said >= 0 ? said * 1000 : null;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new LinkCut("an answer that is not JSON");
  }
}
