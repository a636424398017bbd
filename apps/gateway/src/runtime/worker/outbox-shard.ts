import { DurableObject } from 'cloudflare:workers'
import configFile from 'sluice:config'
import type { HandRequest } from '../../flow/call.ts'
import type { Address } from '../../flow/store.ts'
import type { AcceptAllResult, AcceptMode, AcceptResult, HttpStore, NewEvent } from '../../store/port.ts'
import { createAmbient, startTimer } from './ambient.ts'
import { type Answer, answer } from './answer.ts'
import { createClock } from './clock.ts'
import { controlOf } from './control.ts'
import { gateOf } from './destination-gate.ts'
import { createEgress } from './egress.ts'
import type { Bindings } from './bindings.ts'
import { readSettings } from './environment.ts'
import { goesOn } from './generations.ts'
import { PLATFORM_LIMITS } from './limits.ts'
import { idsAt, placeOfTag } from './places.ts'
import { createRemoteAliases } from './remote-control.ts'
import { createRemoteGatekeeper } from './remote-gatekeeper.ts'
import { createRemoteTokens } from './remote-tokens.ts'
import { openShard, type Shard } from './shard.ts'
import { databaseOf } from './sqlite.ts'

/** A method of the store that the HTTP surface asks for, and its arguments. */
type Method = keyof HttpStore

/** A shard of the outbox: it keeps events and their deliveries, and delivers them by its alarm. */
export class OutboxShard extends DurableObject<Bindings> {
  readonly #opened: Promise<Shard>

  constructor(context: DurableObjectState, environment: Bindings) {
    super(context, environment)
    // Nothing reaches the object before what its predecessor died in was taken back. It is begun in there: what waited for a
    // timer outside would wait for ever.
    this.#opened = context.blockConcurrencyWhile(() => open(context, environment))
  }

  accept(event: NewEvent): Promise<Answer<AcceptResult>> {
    return answer(async () => (await this.#opened).accept(event))
  }

  acceptAll(events: readonly NewEvent[], mode: AcceptMode): Promise<Answer<readonly AcceptAllResult[]>> {
    return answer(async () => (await this.#opened).acceptAll(events, mode))
  }

  findHeld(addresses: readonly Address[]): Promise<Answer<readonly boolean[]>> {
    return answer(async () => (await this.#opened).findHeld(addresses))
  }

  acceptHeld(event: NewEvent, shardKey: string | null): Promise<Answer<AcceptResult | null>> {
    return answer(async () => (await this.#opened).acceptHeld(event, shardKey))
  }

  /** Reads or decides something; what is due after that is looked at. */
  ask(method: Method, parameters: readonly unknown[]): Promise<Answer<unknown>> {
    return answer(async () => {
      const shard = await this.#opened
      // The caller's types are those of the method: see `askShard`.
      const result = await (shard.asked[method] as (...of: readonly unknown[]) => Promise<unknown>)(...parameters)
      if (!isRead(method)) shard.soon()
      return result
    })
  }

  /** Calls a destination now; whoever asked may go away meanwhile. */
  call(request: HandRequest): Promise<Answer<unknown>> {
    return answer(async () => (await this.#opened).call(request))
  }

  async reopened(destination: string): Promise<void> {
    ;(await this.#opened).reopened(destination)
  }

  async watch(): Promise<boolean> {
    return (await this.#opened).watch()
  }

  /** Notes how many shards there are, where that goes on from what was noted. Returns what is noted then. */
  useGenerations(generations: readonly number[]): Promise<readonly number[]> {
    const { kv } = this.ctx.storage
    const noted = kv.get<readonly number[]>(GENERATIONS) ?? []
    if (noted.length >= generations.length || !goesOn(noted, generations)) return Promise.resolve(noted)
    kv.put(GENERATIONS, generations)
    return Promise.resolve(generations)
  }

  override async alarm(): Promise<void> {
    await (await this.#opened).ring()
  }
}

/** What changes nothing that could be due. A search has what is left to index looked at itself. */
const READS: ReadonlySet<Method> = new Set<Method>([
  'readEvent',
  'readDelivery',
  'listEvents',
  'listDeliveries',
  'listAttempts',
  'searchEvents',
  'searchDeliveries',
  'searchAttempts',
  'readAttempt',
  'readChanges',
  'countDeliveries',
  'countMatching',
  'readJob',
  'listJobs',
  'readBatch',
  'beginAnswer',
  'endAnswer',
  'findBatch',
  'check',
])
const isRead = (method: Method): boolean => READS.has(method)

function open(context: DurableObjectState, environment: Bindings): Promise<Shard> {
  const { storage, id } = context
  const { config } = readSettings(configFile, environment, PLATFORM_LIMITS)
  const ambient = createAmbient()
  const { nowMs, sleep, log } = ambient
  const tag = tagOfShard(storage, id)
  const egress = createEgress(
    { direct: (request) => fetch(request), relayed: (request) => context.exports.Egress.fetch(request) },
    PLATFORM_LIMITS,
  )
  const clock = createClock({
    alarm: {
      read: () => storage.getAlarm(),
      write: (atMs) => (atMs === null ? storage.deleteAlarm() : storage.setAlarm(atMs)),
    },
    nowMs,
    timer: startTimer,
    egress,
    roundMs: PLATFORM_LIMITS.roundMs,
  })
  return openShard({
    config,
    database: databaseOf(storage),
    size: () => storage.sql.databaseSize,
    limits: PLATFORM_LIMITS,
    ports: {
      ...ambient,
      fetch: egress.fetch,
      control: createRemoteAliases(() => controlOf(environment), nowMs),
      newId: idsAt(ambient.newId, placeOfTag(tag)),
      newToken: () => `${tag}.${ambient.newToken()}`,
    },
    clock,
    gatekeepers: (destination, { limits }) =>
      createRemoteGatekeeper({
        destination,
        holder: tag,
        gate: () => gateOf(environment, destination),
        hasRate: limits.ratePerSecond !== null,
        nowMs,
        sleep,
        log,
        tokens: createRemoteTokens(() => gateOf(environment, destination), log),
      }),
  })
}

const TAG = 'tag'
const GENERATIONS = 'generations'

/**
 * Returns the three digits by which a shard was called. An object that its alarm wakes is not always told its name, so it
 * keeps it from the first call on.
 */
function tagOfShard({ kv }: DurableObjectStorage, { name }: DurableObjectId): string {
  const kept = kv.get<string>(TAG)
  if (kept !== undefined) return kept
  if (name === undefined) throw new Error('a shard was woken that nobody has called by its name')
  kv.put(TAG, name)
  return name
}
