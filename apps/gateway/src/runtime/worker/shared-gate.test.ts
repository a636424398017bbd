import { describe, expect, test } from 'bun:test'
import { createGatekeeper } from '../../flow/gatekeeper.ts'
import type { Json } from '../../store/port.ts'
import { createRateWindow } from './rate-window.ts'
import { createSharedGate, type Held } from './shared-gate.ts'

const DELIVERED = { outcome: 'delivered', throttled: false, retryAfterMs: null } as const
const WAIT = { outcome: 'busy', throttled: true, retryAfterMs: 5000 } as const

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
      rate: ratePerSecond === null ? null : createRateWindow(ratePerSecond, nowMs, -Infinity),
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
    expect((await gate.take('a', 16, false)).calls).toBe(4)
    expect(await gate.take('b', 16, false)).toMatchObject({ calls: 0, opensAtMs: 1_002_000 })
    await gate.leave('a', DELIVERED, 1)
    await gate.leave('a', DELIVERED, 1)
    expect(poked).toEqual(['b', 'b'])
    expect((await gate.take('a', 16, false)).calls).toBe(1)
    expect((await gate.take('b', 16, false)).calls).toBe(1)
  })

  test('of a holder that died come back when it lives again, or after a time', async () => {
    const { gate, clock } = workbench(2)
    await gate.take('a', 2, true)
    expect((await gate.take('a', 2, true)).calls).toBe(2)
    clock.nowMs += 179_999
    expect((await gate.take('b', 2, true)).calls).toBe(0)
    clock.nowMs += 1
    expect((await gate.take('b', 2, true)).calls).toBe(2)
  })

  test('of a holder that died and wants none come back when it says so', async () => {
    const { gate, poked } = workbench(2)
    expect((await gate.take('a', 16, true)).calls).toBe(2)
    expect((await gate.take('b', 16, true)).calls).toBe(0)
    await gate.died('a')
    expect(poked).toEqual(['b'])
    expect(await gate.state()).toMatchObject({ inFlight: 0 })
    expect((await gate.take('b', 16, false)).calls).toBe(2)
  })

  test('outlive the gate', async () => {
    const { gate, again } = workbench(2)
    await gate.take('a', 1, true)
    const evicted = again()
    expect((await evicted.take('b', 2, true)).calls).toBe(1)
    expect((await evicted.take('c', 2, true)).calls).toBe(0)
    expect((await evicted.state()).inFlight).toBe(2)
  })
})

describe('a gate', () => {
  test('closes for all by what one was told, also after it was evicted', async () => {
    const { gate, again, clock } = workbench(4)
    await gate.take('a', 1, true)
    expect(await gate.leave('a', WAIT, 1)).toBe(1_005_000)
    for (const open of [gate, again()]) {
      expect(await open.take('b', 1, true)).toEqual({ calls: 0, opensAtMs: 1_005_000, closedUntilMs: 1_005_000 })
    }
    clock.nowMs = 1_005_000
    expect((await again().take('b', 1, true)).calls).toBe(1)
  })

  test('that was paused tells everybody who waits when it is resumed, and nobody before', async () => {
    const { gate, again, poked } = workbench(4)
    await gate.pause()
    const evicted = again()
    expect(await evicted.take('a', 1, true)).toMatchObject({ calls: 0, opensAtMs: null })
    await evicted.take('b', 1, true)
    await evicted.resume()
    expect(poked).toEqual(['a', 'b'])
    expect((await evicted.take('a', 1, false)).calls).toBe(1)
  })

  test('with a rate tells each who waits another time', async () => {
    const { gate } = workbench(16, 4)
    expect((await gate.take('a', 16, true)).calls).toBe(1)
    const times: (number | null)[] = []
    for (const holder of ['a', 'b', 'c']) times.push((await gate.take(holder, 16, false)).opensAtMs)
    expect(times).toEqual([1_000_250, 1_000_500, 1_000_750])
    expect((await gate.take('b', 16, false)).opensAtMs).toBe(1_000_500)
  })

  test('with a rate counts a request beside the first of a call before it goes', async () => {
    const { gate, clock } = workbench(16, 2)
    expect((await gate.take('a', 1, true)).calls).toBe(1)
    expect(await gate.request()).toBeNull()
    expect(await gate.request()).toBe(1_001_500)
    await gate.leave('a', DELIVERED, 2)
    expect(await gate.request()).toBe(1_001_000)
    clock.nowMs = 1_001_000
    expect(await gate.request()).toBeNull()
  })
})
