import { StoreError } from '@sluice/errors'
import type { Config } from '../../config.ts'
import { createEngine, type NewGatekeeper } from '../../engine.ts'
import type { Address } from '../../flow/store.ts'
import type { Called, HandRequest } from '../../flow/call.ts'
import { countMatching } from '../../flow/jobs.ts'
import type { EnginePorts } from '../../ports.ts'
import type { AcceptAllResult, AcceptMode, AcceptResult, Found, HttpStore, NewEvent } from '../../store/port.ts'
import { createSqliteStore } from '../../store/sqlite.ts'
import type { SqlDatabase } from '../../store/sql.ts'
import { numberOf, optionalNumber } from '../../store/row.ts'
import type { Clock } from './clock.ts'
import type { PlatformLimits } from './limits.ts'
import { withinMemory } from './within-memory.ts'

/** One shard: the engine of the Bun process on the database of one object, with an alarm for a timer. */
export interface Shard {
  /** What the edge asks. */
  readonly asked: HttpStore
  accept(event: NewEvent): Promise<AcceptResult>
  /** Stores those of several events that came together and belong here, in one transaction. */
  acceptAll(events: readonly NewEvent[], mode: AcceptMode): Promise<readonly AcceptAllResult[]>
  /** Tells which events of a newer generation this one has to keep, as {@link acceptHeld} does. */
  findHeld(addresses: readonly Address[]): readonly boolean[]
  /**
   * Stores an event whose key belongs to a newer generation, if this one has to keep it: its idempotency key is known here,
   * or something with its shard key waits here. Null, and nothing stored, if not.
   */
  acceptHeld(event: NewEvent, shardKey: string | null): Promise<AcceptResult | null>
  /** Calls a destination now. Null when there is none of that name. */
  call(request: HandRequest): Promise<Called | null>
  /** What the alarm does. */
  ring(): Promise<void>
  /** Has a destination looked at whose gate may let through more than it did. */
  reopened(destination: string): void
  /** Has what is due looked at soon. */
  soon(): void
  /** Sets the alarm where it was lost. True where it was. */
  watch(): Promise<boolean>
}

export interface ShardOptions {
  readonly config: Config
  readonly database: SqlDatabase
  /** Bytes that the database takes. */
  readonly size: () => number
  readonly limits: Pick<PlatformLimits, 'objectBytes' | 'pageBytes' | 'answerBytes' | 'leasedBytes' | 'rowBytes'>
  readonly ports: Omit<EnginePorts, 'store' | 'wakeAt'>
  readonly clock: Clock
  readonly gatekeepers: NewGatekeeper
}

/** Opens a shard: brings its schema up to date, and takes back what the object before it died in. */
export async function openShard(options: ShardOptions): Promise<Shard> {
  const { config, database, size, limits, clock, gatekeepers } = options
  // Calls that come together are handled one after the other: what waits for a moment shares one commit with them.
  const defer = (work: () => void): void => void setTimeout(work, 0)
  const store = createSqliteStore({ database, newId: options.ports.newId, defer, limits })
  const ports: EnginePorts = { ...options.ports, store: withinMemory(store, limits), wakeAt: clock.wakeAt }
  const { outbox, askIndex } = await createEngine(config, ports, gatekeepers, 'asked')
  const nextDueAtMs = async (): Promise<number | null> => {
    const due = await Promise.all([
      store.nextDeadlineAtMs(),
      ...[...config.destinations.keys()].map((name) => store.nextDueAtMs(name)),
    ])
    const times = [nextJobAtMs(database), ...due].flatMap((atMs) => atMs ?? [])
    return times.length === 0 ? null : Math.min(...times)
  }
  // The watchdog opens every shard each minute: one whose alarm is in time for all that is due only sleeps on.
  if (!(await clock.isSet(await nextDueAtMs()))) clock.soon()

  const refuseWhenFull = (): void => {
    if (size() >= limits.objectBytes) throw new StoreError('STORE_FULL', 'store: a shard is near its limit')
  }
  /** A destination that waits for its gate has its time already. */
  const wake = (destination: string): void => {
    if (!outbox.isWaiting(destination)) clock.soon(destination)
  }
  const accept = async (event: NewEvent): Promise<AcceptResult> => {
    refuseWhenFull()
    const result = await store.accept(event)
    if (result.kind === 'stored') for (const destination of destinationsOf(event)) wake(destination)
    return result
  }
  const holds = ({ source, idempotencyKey, shardKey }: Address): boolean =>
    isKnownKey(database, source, idempotencyKey) || isWaitedFor(database, shardKey)
  const acceptAll = async (events: readonly NewEvent[], mode: AcceptMode): Promise<readonly AcceptAllResult[]> => {
    refuseWhenFull()
    const results = await store.acceptAll(events, mode)
    for (const [index, event] of events.entries())
      if (results[index]?.kind === 'stored') for (const destination of destinationsOf(event)) wake(destination)
    return results
  }

  /** What a search did not come to, the alarm goes on with; where all is in the index, nothing is due after a search. */
  const searched = async <Result>(search: Promise<Found<Result>>): Promise<Found<Result>> => {
    const found = await search
    if (found.searched.fromMs !== null || found.searched.toMs !== null) {
      askIndex()
      clock.soon()
    }
    return found
  }

  return {
    asked: {
      ...store,
      searchEvents: (request) => searched(store.searchEvents(request)),
      searchDeliveries: (request) => searched(store.searchDeliveries(request)),
      searchAttempts: (request) => searched(store.searchAttempts(request)),
      // To its end, however much that is: an edge that came back for each part would call more often than it may.
      async countMatching(job) {
        const { matched: count, sample } = await countMatching(job, { store, sleep: options.ports.sleep })
        return { count, sample, next: null }
      },
      async check(nowMs) {
        refuseWhenFull()
        await store.check(nowMs)
      },
    },
    accept,
    acceptAll,
    findHeld: (addresses) => addresses.map(holds),
    acceptHeld: async (event, shardKey) => (holds({ ...event, shardKey }) ? accept(event) : null),
    call(request) {
      const called = outbox.call(request, (destination) => clock.reopened(destination))
      clock.assist(called)
      return called
    },
    ring: () => clock.ring(outbox),
    reopened: (destination) => clock.reopened(destination),
    soon: () => clock.soon(),
    watch: async () => clock.rearm(await nextDueAtMs()),
  }
}

const destinationsOf = ({ deliveries }: NewEvent): ReadonlySet<string> =>
  new Set(deliveries.map(({ destination }) => destination))

/** When a job goes on: the first step of one with a rate may be far away. */
function nextJobAtMs(database: SqlDatabase): number | null {
  return optionalNumber(database.all(`SELECT min(next_at_ms) AS next FROM jobs WHERE state = 'running'`)[0], 'next')
}

/** Whether a key is known: one whose window is over is only found to be so when it comes again. */
function isKnownKey(database: SqlDatabase, source: string, key: string | null): boolean {
  if (key === null) return false
  const [row] = database.all(
    `SELECT count(*) AS known FROM events WHERE source = ? AND idempotency_key = ? AND idempotency_key IS NOT NULL
       AND key_released_at_ms IS NULL`,
    source,
    key,
  )
  return numberOf(row, 'known') > 0
}

/** Whether what must go in order behind it would have to wait for something here. */
function isWaitedFor(database: SqlDatabase, key: string | null): boolean {
  if (key === null) return false
  const [row] = database.all(
    `SELECT count(*) AS waiting FROM deliveries WHERE ordering_key = ? AND ordering_key IS NOT NULL
       AND state <> 'delivered' AND state <> 'dead' AND state <> 'dropped'`,
    key,
  )
  return numberOf(row, 'waiting') > 0
}
