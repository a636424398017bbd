import { describe, expect, test } from 'bun:test'
import { createGatekeeper } from '../../flow/gatekeeper.ts'
import type { Json } from '../../store/port.ts'
import { createRateWindow } from './rate-window.ts'
import { createSharedGate, type Held } from './shared-gate.ts'

const DELIVERED = { outcome: 'delivered', throttled: false, retryAfterMs: null } as const
const FAILED = { outcome: 'unsure', throttled: false, retryAfterMs: null } as const
const WAIT = { outcome: 'busy', throttled: true, retryAfterMs: 5000 } as const

let word = 0
/** The number of the next word to a gate. */
const next = () => (word += 1)

/** A gate whose clock stands still, and what it keeps; `again` is the gate after it was evicted. */
function workbench(concurrency: number, ratePerSecond: number | null = null) {
  const clock = { nowMs: 1_000_000 }
  const kept = { held: new Map<string, Held>(), gate: undefined as Json | undefined }
  const poked: string[] = []
  const limits = { concurrency, ratePerSecond }
  const nowMs = () => clock.nowMs
  const open = () =>
    createSharedGate({
      gatekeeper: createGatekeeper({
        name: 'demo',
        limits,
        testable: false,
        saved: kept.gate,
        inFlight: [...kept.held.values()].reduce((sum, { calls }) => sum + calls, 0),
        nowMs,
        log: () => undefined,
      }),
      limits,
      rate: ratePerSecond === null ? null : createRateWindow(ratePerSecond, nowMs, -Infinity, 0),
      nowMs,
      sleep: async (ms) => void (clock.nowMs += ms),
      held: {
        read: () => kept.held,
        write: (holder, held) => void (held === null ? kept.held.delete(holder) : kept.held.set(holder, held)),
      },
      saveGate: (gate) => void (kept.gate = gate),
      poke: (holder) => void poked.push(holder),
      test: () => undefined,
    })
  return { clock, poked, gate: open(), again: open }
}

describe('calls', () => {
  test('are given out in blocks, and a later holder gets its share', async () => {
    const { gate, poked } = workbench(4)
    expect((await gate.take('a', 16, null, next())).calls).toBe(4)
    expect(await gate.take('b', 16, null, next())).toMatchObject({ calls: 0, opensAtMs: 1_002_000 })
    await gate.leave('a', DELIVERED, 1, next())
    await gate.leave('a', DELIVERED, 1, next())
    expect(poked).toEqual(['b', 'b'])
    expect((await gate.take('a', 16, null, next())).calls).toBe(1)
    expect((await gate.take('b', 16, null, next())).calls).toBe(1)
  })

  test('of a holder that died come back when it lives again, or after a time', async () => {
    const { gate, clock } = workbench(2)
    await gate.take('a', 2, 0, next())
    expect((await gate.take('a', 2, 0, next())).calls).toBe(2)
    clock.nowMs += 179_999
    expect((await gate.take('b', 2, 0, next())).calls).toBe(0)
    clock.nowMs += 1
    expect((await gate.take('b', 2, 0, next())).calls).toBe(2)
  })

  test('of a holder that died and wants none come back when it says so', async () => {
    const { gate, poked } = workbench(2)
    expect((await gate.take('a', 16, 0, next())).calls).toBe(2)
    expect((await gate.take('b', 16, 0, next())).calls).toBe(0)
    await gate.died('a', next())
    expect(poked).toEqual(['b'])
    expect(await gate.state()).toMatchObject({ inFlight: 0 })
    expect((await gate.take('b', 16, null, next())).calls).toBe(2)
  })

  test('that were lost on the way come back when a busy holder asks again, and its live ones stay', async () => {
    const { gate } = workbench(4)
    // The answer is lost: the holder knows of no calls.
    await gate.take('a', 3, 0, next())
    expect((await gate.take('a', 2, 0, next())).calls).toBe(2)
    expect((await gate.take('a', 4, 2, next())).calls).toBe(2)
    expect(await gate.state()).toMatchObject({ inFlight: 4 })
  })

  test('are not taken back by a question that was overtaken by a later one', async () => {
    const { gate } = workbench(4)
    const early = next()
    expect((await gate.take('a', 2, null, next())).calls).toBe(2)
    expect((await gate.take('a', 2, 0, early)).calls).toBe(2)
    await gate.died('a', early)
    expect(await gate.state()).toMatchObject({ inFlight: 4 })
  })

  test('are freed once by a word that comes twice', async () => {
    const { gate } = workbench(4)
    await gate.take('a', 4, 0, next())
    const left = next()
    for (let times = 0; times < 2; times += 1) await gate.leave('a', DELIVERED, 1, left)
    const returned = next()
    for (let times = 0; times < 2; times += 1) await gate.giveBack('a', 1, returned)
    expect(await gate.state()).toMatchObject({ inFlight: 2 })
  })

  test('that come back together are told of to as many as wait', async () => {
    const { gate, poked } = workbench(3)
    await gate.take('a', 3, 0, next())
    for (const holder of ['b', 'c', 'd', 'e']) await gate.take(holder, 1, 0, next())
    await gate.died('a', next())
    expect(poked).toEqual(['b', 'c', 'd'])
  })

  test('outlive the gate', async () => {
    const { gate, again } = workbench(2)
    await gate.take('a', 1, 0, next())
    const evicted = again()
    expect((await evicted.take('b', 2, 0, next())).calls).toBe(1)
    expect((await evicted.take('c', 2, 0, next())).calls).toBe(0)
    expect((await evicted.state()).inFlight).toBe(2)
  })
})

describe('a gate', () => {
  test('counts a failure once that it is told twice', async () => {
    const told = async (word: (number: number) => number) => {
      const { gate } = workbench(64)
      await gate.take('a', 64, 0, next())
      let failures = 0
      while ((await gate.state()).closedUntilMs === 0) {
        const number = next()
        await gate.leave('a', FAILED, 1, number)
        await gate.leave('a', FAILED, 1, word(number))
        failures += 1
      }
      return failures
    }
    // Five in a row close it; the fifth of words that are all new is in the third pair.
    expect(await told((number) => number)).toBe(5)
    expect(await told(next)).toBe(3)
  })

  test('closes for all by what one was told, also after it was evicted', async () => {
    const { gate, again, clock } = workbench(4)
    await gate.take('a', 1, 0, next())
    expect(await gate.leave('a', WAIT, 1, next())).toBe(1_005_000)
    for (const open of [gate, again()]) {
      expect(await open.take('b', 1, 0, next())).toMatchObject({
        calls: 0,
        opensAtMs: 1_005_000,
        closedUntilMs: 1_005_000,
      })
    }
    clock.nowMs = 1_005_000
    expect((await again().take('b', 1, 0, next())).calls).toBe(1)
  })

  test('that was paused tells everybody who waits when it is resumed, and nobody before', async () => {
    const { gate, again, poked } = workbench(4)
    const word = { by: 'night-shift', why: 'maintenance' }
    await gate.pause(word)
    const evicted = again()
    expect(await evicted.state()).toMatchObject({ reason: 'paused', decision: { as: 'pause', ...word } })
    expect(await evicted.take('a', 1, 0, next())).toMatchObject({ calls: 0, opensAtMs: null })
    await evicted.take('b', 1, 0, next())
    await evicted.resume({ by: 'day-shift', why: '' })
    expect(poked).toEqual(['a', 'b'])
    expect((await evicted.take('a', 1, null, next())).calls).toBe(1)
  })

  test('with a rate tells each who waits another time', async () => {
    const { gate } = workbench(16, 4)
    expect((await gate.take('a', 16, 0, next())).calls).toBe(1)
    const times: (number | null)[] = []
    for (const holder of ['a', 'b', 'c']) times.push((await gate.take(holder, 16, null, next())).opensAtMs)
    expect(times).toEqual([1_000_250, 1_000_500, 1_000_750])
    expect((await gate.take('b', 16, null, next())).opensAtMs).toBe(1_000_500)
  })

  test('with a rate counts a request beside the first of a call before it goes', async () => {
    const { gate, clock } = workbench(16, 2)
    expect((await gate.take('a', 1, 0, next())).calls).toBe(1)
    expect(await gate.request()).toBeNull()
    expect(await gate.request()).toBe(1_001_500)
    await gate.leave('a', DELIVERED, 2, next())
    expect(await gate.request()).toBe(1_001_000)
    clock.nowMs = 1_001_000
    expect(await gate.request()).toBeNull()
  })

  test('with a rate has room for what one holder gave back, and none yet for what another may still send', async () => {
    const { gate, clock } = workbench(16, 2)
    const { arriveByMs } = await gate.take('a', 1, 0, next())
    clock.nowMs += 500
    await gate.take('b', 1, 0, next())
    await gate.giveBack('a', 1, next(), [arriveByMs])
    expect(await gate.request()).toBeNull()
    expect(await gate.request()).toBe(1_002_000)
  })

  test('with a rate has room again for a call that needed no request', async () => {
    const { gate } = workbench(16, 1)
    const { arriveByMs } = await gate.take('a', 1, 0, next())
    await gate.leave('a', FAILED, 0, next(), [arriveByMs])
    expect(await gate.request()).toBeNull()
  })
})
