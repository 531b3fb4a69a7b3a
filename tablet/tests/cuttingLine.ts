/** A bad line: connections to the server that break after a random number of bytes, either way, from a fixed seed. */

import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";

const LENGTHS = [300, 2_000, 20_000, 100_000, 400_000];

export class CuttingLine {
  private readonly server: Server;
  private readonly open = new Set<Socket>();
  cutting = false;
  cuts = 0;
  private unplugged = false;
  url = "";

  private constructor(
    private readonly port: number,
    private readonly random: () => number,
  ) {
    this.server = createServer((client) => this.pass(client));
  }

  static async to(url: string, seed: number): Promise<CuttingLine> {
    const line = new CuttingLine(Number(new URL(url).port), seeded(seed));
    await new Promise<void>((resolve) => line.server.listen(0, "127.0.0.1", resolve));
    line.url = `http://127.0.0.1:${(line.server.address() as AddressInfo).port}`;
    return line;
  }

  async end(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const side of this.open) side.destroy();
    await closed;
  }

  /** Nobody gets through until it is plugged in again. */
  unplug(): void {
    this.unplugged = true;
    for (const side of this.open) side.destroy();
  }

  plug(): void {
    this.unplugged = false;
  }

  private pass(client: Socket): void {
    if (this.unplugged) {
      client.destroy();
      return;
    }
    const server = connect(this.port, "127.0.0.1");
    const length = LENGTHS[Math.floor(this.random() * LENGTHS.length)] ?? 0;
    let left = this.cutting ? Math.floor(this.random() * length) : Number.POSITIVE_INFINITY;
    const cut = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.open.add(from);
      from.on("data", (bytes: Buffer) => {
        to.write(bytes.subarray(0, Math.min(bytes.length, left)));
        if (bytes.length > left) {
          this.cuts += 1;
          from.removeAllListeners("data");
          setTimeout(cut, 5); // what was allowed still arrives
        }
        left -= bytes.length;
      });
      from.on("error", cut);
      from.on("close", () => {
        this.open.delete(from);
        to.end();
      });
    }
  }
}

/** Mulberry32: the same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
