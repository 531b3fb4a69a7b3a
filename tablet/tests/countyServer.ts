/** The real server of a small county for a test (see served_county.py): give it orders, and end it. */

import { spawn, type ChildProcessByStdio } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Readable, Writable } from "node:stream";

const PYTHON = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
const SCRIPT = fileURLToPath(new URL("served_county.py", import.meta.url));

export class CountyServer {
  private readonly answers: AsyncIterator<string>;
  private turn: Promise<unknown> = Promise.resolve();
  url = "";

  private constructor(private readonly process: ChildProcessByStdio<Writable, Readable, null>) {
    this.answers = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
  }

  static async start(): Promise<CountyServer> {
    const county = new CountyServer(spawn(PYTHON, [SCRIPT], { stdio: ["pipe", "pipe", "inherit"] }));
    county.url = (await county.answer<{ url: string }>()).url;
    return county;
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.stdin.end();
    await ended;
  }

  /** A one-time code for this investigator. */
  async code(person: string): Promise<string> {
    return (await this.order<{ code: string }>("code", { person })).code;
  }

  order<T>(what: string, more: object = {}): Promise<T> {
    const turn = this.turn.then(() => {
      this.process.stdin.write(`${JSON.stringify({ do: what, ...more })}\n`);
      return this.answer<T>();
    });
    this.turn = turn;
    return turn;
  }

  private async answer<T>(): Promise<T> {
    const { value, done } = await this.answers.next();
    if (done) throw new Error("the county's server has ended");
    return JSON.parse(value as string) as T;
  }
}
