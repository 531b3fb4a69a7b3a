/** How patient the tablet is with its network, in milliseconds. */

export interface Pace {
  /** A request without an answer for so long is cut. */
  stall: number;
  /** Waits between tries of one upload; progress begins them anew. */
  uploadRetries: number[];
  /** After a contact that failed: the first wait, doubled each time up to the longest. */
  firstWait: number;
  longestWait: number;
  /** Between contacts when nothing is to be sent. */
  rest: number;
  uploadsAtOnce: number;
  /** Bytes of one piece of an upload. */
  piece: number;
}

export const PACE: Pace = {
  stall: 90_000,
  uploadRetries: [500, 2_000, 5_000],
  firstWait: 15_000,
  longestWait: 300_000,
  rest: 600_000,
  uploadsAtOnce: 3,
  piece: 1024 * 1024,
};
