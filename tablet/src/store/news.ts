/** Tabs tell each other what has changed in the database, so that each reads it again. Only store names travel. */

export type News = "drafts" | "outbox" | "cases" | "tablet";

export class Newsroom {
  private readonly channel: BroadcastChannel;
  private readonly readers = new Set<(news: News) => void>();

  constructor(database: string) {
    this.channel = new BroadcastChannel(`${database}-news`);
    this.channel.addEventListener("message", (event: MessageEvent<News>) => this.hear(event.data));
    // Under Node a channel would keep a finished test alive.
    (this.channel as { unref?: () => void }).unref?.();
  }

  /** Tells this tab and all others. */
  tell(news: News): void {
    this.hear(news);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel reaches this origin only
    this.channel.postMessage(news);
  }

  /** The answer stops it. */
  read(reader: (news: News) => void): () => void {
    this.readers.add(reader);
    return () => this.readers.delete(reader);
  }

  close(): void {
    this.readers.clear();
    this.channel.close();
  }

  private hear(news: News): void {
    for (const reader of this.readers) reader(news);
  }
}
