import type { FaultName } from './fault-table.ts'
import { Newest } from './newest.ts'
import type { Received } from './received.ts'
import { redactBody, redactHeaders, redactQuery } from './redact.ts'
import type { UpstreamName } from './upstream-name.ts'

/** A request that a mock received, as it may be shown: secrets are left out. */
export interface LoggedRequest {
  /** Counts from 1 since the start or the last reset. */
  readonly seq: number
  readonly atMs: number
  readonly upstream: UpstreamName
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Null when the fault left the caller without an answer. */
  readonly status: number | null
  /** How many effects the request had upstream: 0 when it was refused, or when a fault came first. */
  readonly effect: number
  readonly fault: FaultName | null
}

/** Which requests to list. */
export interface LogFilter {
  readonly upstream?: UpstreamName
  readonly operation?: string
  /** Only requests with a greater `seq`. */
  readonly after?: number
  /** At most so many, the oldest first. */
  readonly limit?: number
}

/** How often an upstream was called, and what came of it. */
export interface Tally {
  readonly requests: number
  readonly effects: number
}

/** Longest body that is kept. */
const MAX_KEPT_BYTES = 65_536

interface Entry extends Omit<LoggedRequest, 'query' | 'headers' | 'body'> {
  readonly received: Received
}

/** Keeps the newest requests. Appending copies next to nothing: what is shown is written when somebody asks. */
export class RequestLog {
  #entries: Newest<Entry>
  #seq = 0
  #tallies = emptyTallies()

  constructor(capacity: number) {
    this.#entries = new Newest(capacity)
  }

  append(
    received: Received,
    about: Pick<LoggedRequest, 'upstream' | 'operation' | 'status' | 'effect' | 'fault'>,
  ): void {
    this.#seq += 1
    const tally = this.#tallies[about.upstream]
    tally.requests += 1
    tally.effects += about.effect
    this.#entries.push({
      ...about,
      seq: this.#seq,
      atMs: received.atMs,
      method: received.method,
      path: received.path,
      received: trim(received),
    })
  }

  list(filter: LogFilter = {}): LoggedRequest[] {
    const limit = filter.limit ?? Number.POSITIVE_INFINITY
    const shown: LoggedRequest[] = []
    for (const entry of this.#entries.after(filter.after ?? 0)) {
      if (shown.length >= limit) break
      if (matches(entry, filter)) shown.push(show(entry))
    }
    return shown
  }

  /** Counts the requests since the start or the last reset, kept or not. */
  total(upstream?: UpstreamName): number {
    return upstream === undefined ? this.#seq : this.#tallies[upstream].requests
  }

  tallies(): Readonly<Record<UpstreamName, Tally>> {
    return structuredClone(this.#tallies)
  }

  get dropped(): number {
    return this.#entries.dropped
  }

  clear(): void {
    this.#entries.clear()
    this.#seq = 0
    this.#tallies = emptyTallies()
  }
}

function emptyTallies(): Record<UpstreamName, { requests: number; effects: number }> {
  return {
    danaconnect: { requests: 0, effects: 0 },
    contactnow: { requests: 0, effects: 0 },
    datatalks: { requests: 0, effects: 0 },
  }
}

/** Drops the end of a large body, so that the log holds no more than it shows. */
function trim(received: Received): Received {
  if (received.bytes.length <= MAX_KEPT_BYTES) return received
  return { ...received, bytes: received.bytes.slice(0, MAX_KEPT_BYTES) }
}

function matches(entry: Entry, filter: LogFilter): boolean {
  if (filter.operation !== undefined && entry.operation !== filter.operation) return false
  return filter.upstream === undefined || entry.upstream === filter.upstream
}

function show({ received, ...entry }: Entry): LoggedRequest {
  return {
    ...entry,
    query: redactQuery(received.query),
    headers: redactHeaders(received.headers),
    body: redactBody(received),
  }
}
