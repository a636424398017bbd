/**
 * What Cloudflare allows, read on 2026-11-25. None of it is enforced by a local workerd, so what keeps to it takes the
 * figures as arguments, and its tests use small ones.
 *
 * @see https://developers.cloudflare.com/workers/platform/limits/
 * @see https://developers.cloudflare.com/durable-objects/platform/limits/
 */
export interface PlatformLimits {
  /** Requests of one invocation that wait for their reply at once: further ones are held back by the platform. */
  readonly openConnections: number
  /** Calls of this Worker to itself in one invocation. The platform allows 32; what remains is for gates and tokens. */
  readonly ownCalls: number
  /**
   * Shards of all generations together: a request asks each of them three times at most (a batch: whether it keeps some of it, whether it
   * could take its part, and to take it), and the platform allows 1000 calls of objects.
   */
  readonly shards: number
  /** Calls of shards in one request that follows the changes: the platform allows 1000. */
  readonly streamCalls: number
  /**
   * How long one alarm works before another goes on, in milliseconds. Each has 30 s of CPU time anew, and an object is one
   * thread: what takes less time altogether takes less of a CPU.
   */
  readonly roundMs: number
  /** Requests of one alarm, of which a delivery needs at least one, before another goes on: some milliseconds of CPU time each. */
  readonly roundRequests: number
  /** Values that one statement may bind. */
  readonly boundValues: number
  /** Bytes of a row, with all its columns: 2 MB. */
  readonly rowBytes: number
  /**
   * Bytes of the rows in one page of a list: the edge, which has 128 MB, holds several pages at once, each of them as it
   * came, as it is read and as it is sent.
   */
  readonly pageBytes: number
  /**
   * Bytes of a batch as its sender sends it: what is made of it goes to the shards in one call each, of 32 MiB at most.
   */
  readonly batchBytes: number
  /** Bytes of an event or a delivery with all that came of it: a call between objects carries 32 MiB. */
  readonly answerBytes: number
  /** Of how many shards the edge asks a page at once: with so many more, what it has merged of others included, it has room. */
  readonly pagesAtOnce: number
  /**
   * Bytes of the payloads that a shard has in memory at once, of its 128 MB, to deliver them: each as it is stored, as it is read
   * and as it is sent.
   */
  readonly leasedBytes: number
  /** Bytes of one object's database at which it takes no more events: 10 GB, less room for the attempts of what it holds. */
  readonly objectBytes: number
}

export const PLATFORM_LIMITS: PlatformLimits = {
  openConnections: 6,
  ownCalls: 24,
  shards: 300,
  streamCalls: 900,
  roundMs: 20_000,
  roundRequests: 1000,
  boundValues: 100,
  rowBytes: 2_000_000,
  pageBytes: 2_000_000,
  batchBytes: 4_000_000,
  answerBytes: 8_000_000,
  pagesAtOnce: 8,
  leasedBytes: 24_000_000,
  objectBytes: 9_500_000_000,
}

/** What of a row the columns beside a body may take. */
const OTHER_COLUMNS_BYTES = 20_000

/** Largest body that fits into a row. */
export function largestBody({ rowBytes }: Pick<PlatformLimits, 'rowBytes'>): number {
  return rowBytes - OTHER_COLUMNS_BYTES
}
