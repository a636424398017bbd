import { describe, expect, test } from 'bun:test'
import type { Change, ChangesRead, HttpStore } from '../store/port.ts'
import { streamBody } from './event-stream.ts'

const SECOND_MS = 1000

const DELIVERY: Change['delivery'] = {
  id: '',
  eventId: 'evt_1',
  source: 'demo',
  route: 'r',
  destination: 'alpha',
  operation: 'o',
  payload: 'two\nlines',
  state: 'delivered',
  createdAtMs: 0,
  updatedAtMs: 0,
  dueAtMs: null,
  attempts: 1,
  countedAttempts: 1,
  reason: null,
  receipt: null,
  orderingKey: null,
  deadlineAtMs: null,
  acknowledgedAtMs: null,
  replayId: null,
}

/** A clock that is put forward by hand: whoever sleeps wakes when his time has come. */
function clock() {
  let nowMs = 0
  let sleepers: { readonly atMs: number; readonly wake: () => void }[] = []
  return {
    sleep: (ms: number) => new Promise<void>((wake) => sleepers.push({ atMs: nowMs + ms, wake })),
    async forward(ms: number) {
      await settled()
      for (const endMs = nowMs + ms; nowMs < endMs;) {
        nowMs = Math.min(endMs, ...sleepers.map(({ atMs }) => atMs))
        const woken = sleepers.filter(({ atMs }) => atMs <= nowMs)
        sleepers = sleepers.filter(({ atMs }) => atMs > nowMs)
        for (const { wake } of woken) wake()
        await settled()
      }
    },
  }
}

/** What was resolved has gone as far as it can. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A stream over changes that are put there by hand, read as far as a client reads it. */
function stream(options: { readonly maxReads?: number } = {}) {
  const time = clock()
  const stopping = new AbortController()
  const state = {
    count: 0,
    lostAt: Infinity,
    reads: 0,
    asked: 0,
    allowed: true,
    broken: false,
    logged: 0,
    left: 0,
    told: [] as (() => void)[],
  }
  const changeOf = (number: number): Change => ({
    position: String(number),
    state: 'delivered',
    atMs: number,
    delivery: { ...DELIVERY, id: `dlv_${number}` },
  })
  const read = (after: number, limit: number): ChangesRead => {
    const numbers = Array.from({ length: Math.max(0, state.count - after) }, (_, index) => after + index + 1)
    const changes = numbers.filter((number) => number % 2 === 1).slice(0, limit)
    const more = numbers.length > limit
    const position = String(more ? changes.at(-1) : Math.max(after, state.count))
    return { changes: changes.map(changeOf), position, more, lost: after >= state.lostAt }
  }
  const store = {
    readChanges: async ({ after, limit }: Parameters<HttpStore['readChanges']>[0]) => {
      state.reads += 1
      if (state.broken) throw new Error('broken')
      return read(Number(after), limit)
    },
  } as HttpStore
  const watch = {
    changed: () => new Promise<void>((resolve) => state.told.push(resolve)),
    maxReads: options.maxReads ?? Infinity,
    stopped: stopping.signal,
  }
  const isAllowed = async () => {
    state.asked += 1
    return state.allowed
  }
  const body = streamBody({
    ports: { store, sleep: time.sleep, watch, log: () => void (state.logged += 1) },
    match: {},
    first: { changes: [], position: '0', more: false, lost: false },
    isAllowed,
    leave: () => void (state.left += 1),
  })
  const reader = body.getReader()
  const decoder = new TextDecoder()
  return {
    time,
    state,
    stop: () => stopping.abort(),
    /** Commits so many more changes, of which every other is told. */
    commit: (number: number): void => {
      state.count += number
      const those = state.told
      state.told = []
      for (const tell of those) tell()
    },
    next: async () => {
      const { value, done } = await reader.read()
      return done ? null : decoder.decode(value)
    },
    leave: () => reader.cancel(),
  }
}

describe('the stream of changes', () => {
  test('begins with when to come again, and from where', async () => {
    expect(await stream().next()).toBe('retry: 2000\nid: 0\n\n')
  })

  test('writes each change under its place, on one line', async () => {
    const { next, commit, time } = stream()
    await next()
    const reading = next()
    await settled()
    commit(1)
    await settled()
    await time.forward(SECOND_MS)
    const [id, event, data = '', ...rest] = (await reading)?.split('\n') ?? []
    expect([id, event, rest]).toEqual(['id: 1', 'event: delivery', ['', '']])
    expect(JSON.parse(data.slice('data: '.length))).toMatchObject({
      id: 'dlv_1',
      change: { state: 'delivered', at: '1970-01-01T00:00:00.001Z' },
    })
  })

  test('sends something every ten seconds, and with it the place of what was not to be told', async () => {
    const { next, commit, time } = stream()
    await next()
    let reading = next()
    await time.forward(10 * SECOND_MS)
    expect(await reading).toBe(':\n\n')
    commit(2)
    reading = next()
    await time.forward(SECOND_MS)
    expect(await reading).toMatch(/^id: 1\n/)
    reading = next()
    await time.forward(10 * SECOND_MS)
    expect(await reading).toBe(':\nid: 2\n\n')
  })

  test('reads nothing more while the client takes nothing, and lets him go after a minute', async () => {
    const { next, commit, state, time } = stream()
    await next()
    const reading = next()
    await settled()
    commit(1000)
    await time.forward(SECOND_MS)
    await reading
    await settled()
    const { reads } = state
    for (let second = 0; second < 58; second += 1) {
      commit(1000)
      await time.forward(SECOND_MS)
    }
    expect(state.reads).toBeLessThanOrEqual(reads + 1)
    await time.forward(3 * SECOND_MS)
    expect(next()).rejects.toThrow(/takes nothing/)
    expect(state.left).toBe(1)
    commit(1)
    await settled()
    expect(state.reads).toBeLessThanOrEqual(reads + 1)
  })

  test('ends half a minute after the key was revoked', async () => {
    const { next, state, time } = stream()
    await next()
    state.allowed = false
    for (const _ of [1, 2]) {
      const reading = next()
      await time.forward(10 * SECOND_MS)
      expect(await reading).toBe(':\n\n')
    }
    const reading = next()
    await time.forward(10 * SECOND_MS)
    expect(await reading).toBeNull()
    expect([state.asked, state.left]).toEqual([1, 1])
  })

  test('of a client that fell behind what is kept ends with the problem', async () => {
    const { next, commit, state, time } = stream()
    await next()
    const reading = next()
    await settled()
    state.lostAt = 0
    commit(1)
    await time.forward(SECOND_MS)
    expect(await reading).toMatch(/^event: problem\ndata: .*"code":"STREAM_GAP".*\n\n$/)
    expect(await next()).toBeNull()
  })

  test('ends, and is logged, where the store fails', async () => {
    const { next, commit, state, time } = stream()
    await next()
    const reading = next()
    await settled()
    state.broken = true
    commit(1)
    await time.forward(SECOND_MS)
    expect(await reading).toBeNull()
    expect([state.logged, state.left]).toEqual([1, 1])
  })

  test('ends when the process does', async () => {
    const { next, stop } = stream()
    await next()
    const reading = next()
    await settled()
    stop()
    expect(await reading).toBeNull()
  })

  test('ends after as many readings as one request may make', async () => {
    const { next, commit, state, time } = stream({ maxReads: 3 })
    await next()
    const all: (string | null)[] = []
    for (let part: string | null = ''; part !== null; all.push(part)) {
      const reading = next()
      await settled()
      commit(2)
      await time.forward(SECOND_MS)
      part = await reading
    }
    expect(state.reads).toBe(2)
    expect(all.at(-1)).toBeNull()
    expect(state.left).toBe(1)
  })

  test('reads no more for a client that left', async () => {
    const { next, commit, leave, state } = stream()
    await next()
    await settled()
    expect(state.left).toBe(0)
    await leave()
    expect(state.left).toBe(1)
    const { reads } = state
    commit(10)
    await settled()
    expect(state.reads).toBe(reads)
  })
})
