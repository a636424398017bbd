import { describe, expect, test } from 'bun:test'
import { StoreError } from '@sluice/errors'
import { problemOf } from '../../problem.ts'
import type { ApiKey } from '../../config.ts'
import { sha256Hex } from '../../digest.ts'
import { answer, resultOf } from './answer.ts'
import { ANSWER_MS, inTime } from './in-time.ts'
import { PLATFORM_LIMITS } from './limits.ts'
import { createPlaces } from './places.ts'
import { createRemoteDesk } from './remote-desk.ts'
import { createRemoteGatekeeper, type RemoteGate } from './remote-gatekeeper.ts'
import { callByShard, type RemoteShard } from './remote-shard.ts'
import { createShardedStore } from './sharded-store.ts'

/** Timers that are over when the test says so. */
function timers() {
  const running = new Map<() => void, number>()
  const started: number[] = []
  const startTimer = (afterMs: number) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    started.push(afterMs)
    running.set(resolve, afterMs)
    return { over: promise, cancel: () => void running.delete(resolve) }
  }
  return {
    started,
    startTimer,
    running: () => [...running.values()],
    end: () => [...running.keys()].forEach((resolve) => resolve()),
  }
}

const hangs = () => new Promise<never>(() => undefined)
const codeOf = (error: unknown) => problemOf(error).problem

/** A shard that answers with an empty page, or never. */
const shardOf = (answers: boolean): RemoteShard => {
  const ask = () => (answers ? answer(() => Promise.resolve({ rows: [], next: null })) : hangs())
  return { accept: hangs, acceptAll: hangs, findHeld: hangs, acceptHeld: hangs, call: hangs, ask }
}

describe('a call of another object', () => {
  test('that is answered leaves no timer behind', async () => {
    const { startTimer, running, started } = timers()
    const shard = inTime({ twice: (value: number) => Promise.resolve(2 * value) }, ANSWER_MS.shard, startTimer)
    expect(await shard.twice(4)).toBe(8)
    expect([started, running()]).toEqual([[30_000], []])
  })

  test('that fails says that the object was not reached, and why', async () => {
    const { startTimer, running } = timers()
    const gone = new Error('the object was reset')
    const gate = inTime({ state: () => Promise.reject(gone) }, ANSWER_MS.gate, startTimer)
    const error = await gate.state().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(StoreError)
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retry: 'later', cause: gone })
    expect(running()).toEqual([])
  })

  test('has longer where it waits for an upstream itself', () => {
    const { startTimer, started } = timers()
    const object = inTime({ call: hangs, test: hangs, token: hangs, take: hangs }, ANSWER_MS.gate, startTimer)
    for (const begin of [object.call, object.test, object.token, object.take]) void begin()
    expect(started).toEqual([90_000, 90_000, 45_000, 5000])
  })
})

describe('an object that never answers', () => {
  test('has a list answered with 503, although the other shards do answer', async () => {
    const { startTimer, end } = timers()
    const places = createPlaces([3], () => 0)
    const shardAt = ({ shard }: { shard: number }) => inTime(shardOf(shard !== 1), ANSWER_MS.shard, startTimer)
    const listing = createShardedStore(places, shardAt, PLATFORM_LIMITS).listEvents({ limit: 10 })
    const problem = listing.catch(codeOf)
    end()
    expect(await problem).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' })
  })

  test('has an event refused with 503, so that its sender sends it again', async () => {
    const { startTimer, end } = timers()
    const storing = resultOf(inTime(shardOf(false), ANSWER_MS.shard, startTimer).findHeld([])).catch(codeOf)
    end()
    expect(await storing).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' })
  })

  test('has a call by hand end as one of which nobody knows what came of it', async () => {
    const { startTimer, end } = timers()
    const asked = { requestId: 'req_1', key: 'admin', trace: '' }
    const request = { destination: 'demo', operation: 'send', input: {}, asked }
    const called = callByShard(inTime(shardOf(false), ANSWER_MS.shard, startTimer), request, false)
    end()
    expect(await called).toMatchObject({ kind: 'failed', code: 'SHARD_LOST', repeatable: false })
  })

  test('as a gate grants nothing, and is asked again: what it granted all the same is not held', async () => {
    const { startTimer, end } = timers()
    const holding: (number | null)[] = []
    const gate: Pick<RemoteGate, 'take'> = {
      take(_holder, calls, known) {
        holding.push(known)
        const grant = { calls, opensAtMs: null, closedUntilMs: 0, arriveByMs: 0 }
        return holding.length === 1 ? hangs() : Promise.resolve(grant)
      },
    }
    const keeper = keeperOf(inTime({ ...HUNG_GATE, ...gate }, ANSWER_MS.gate, startTimer))
    const taking = keeper.take(4).catch((error: unknown) => error)
    end()
    expect(await taking).toMatchObject({ code: 'STORE_UNAVAILABLE', retry: 'later' })
    expect((await keeper.take(4)).calls).toBe(4)
    expect(holding).toEqual([0, 0])
  })

  test('as a gate keeps nobody from beginning to live', async () => {
    const { startTimer, running } = timers()
    await keeperOf(inTime(HUNG_GATE, ANSWER_MS.gate, startTimer)).died?.()
    expect(running()).toEqual([5000])
  })

  test('as a keeper of keys lets those of the configuration in', async () => {
    const { startTimer, end } = timers()
    const key: ApiKey = { name: 'admin', token: 'the-configured-key', scopes: ['operate'], ratePerMinute: 600 }
    const logged: string[] = []
    const ports = { nowMs: () => 0, log: (_: string, message: string) => void logged.push(message) }
    const control = inTime({ admit: hangs, ask: hangs }, ANSWER_MS.control, startTimer)
    const desk = createRemoteDesk([key], () => control, ports)
    const admitted = desk.admit(await sha256Hex(key.token), 1)
    const unknown = desk.admit(await sha256Hex('another key'), 1).catch(codeOf)
    end()
    expect(await admitted).toMatchObject({ holder: { name: 'admin' }, calls: 1 })
    expect(await unknown).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' })
    expect(logged).toEqual(['control not reached: a key of the configuration is not counted'])
  })
})

const HUNG_GATE: RemoteGate = {
  take: hangs,
  giveBack: hangs,
  died: hangs,
  leave: hangs,
  request: hangs,
  pause: hangs,
  resume: hangs,
  state: hangs,
}

function keeperOf(gate: RemoteGate) {
  return createRemoteGatekeeper({
    destination: 'demo',
    holder: '000',
    gate: () => gate,
    hasRate: false,
    nowMs: () => 1_000_000,
    sleep: () => Promise.resolve(),
    log: () => undefined,
  })
}
