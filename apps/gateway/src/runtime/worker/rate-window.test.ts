import { describe, expect, test } from 'bun:test'
import { createRateWindow, TRANSIT_MS } from './rate-window.ts'

function windowOf(ratePerSecond: number, lastGrantAtMs = -Infinity) {
  const clock = { nowMs: 0 }
  return { clock, window: createRateWindow(ratePerSecond, () => clock.nowMs, lastGrantAtMs) }
}

describe('a window', () => {
  test('has room again a second after a request has ended, and not after it was granted', () => {
    const { clock, window } = windowOf(2)
    window.grant(2)
    expect(window.free()).toBe(0)
    clock.nowMs = 300
    window.end(1)
    expect(window.opensAtMs()).toBe(1300)
    clock.nowMs = 1299
    expect(window.free()).toBe(0)
    clock.nowMs = 1300
    expect(window.free()).toBe(1)
  })

  test('takes a request that does not end for arrived after its transit', () => {
    const { clock, window } = windowOf(1)
    window.grant(1)
    clock.nowMs = TRANSIT_MS + 999
    expect([window.free(), window.opensAtMs()]).toEqual([0, TRANSIT_MS + 1000])
    clock.nowMs = TRANSIT_MS + 1000
    expect(window.free()).toBe(1)
    window.end(1)
    expect(window.free()).toBe(1)
  })

  test('has room at once for what was given back', () => {
    const { window } = windowOf(3)
    window.grant(3)
    window.undo(2)
    expect(window.free()).toBe(2)
  })

  test('spreads a rate below one over as many seconds', () => {
    const { clock, window } = windowOf(0.25)
    window.grant(1)
    window.end(1)
    clock.nowMs = 3999
    expect(window.free()).toBe(0)
    clock.nowMs = 4000
    expect(window.free()).toBe(1)
  })

  test('after another one lets nothing through before what that granted has arrived', () => {
    const { clock, window } = windowOf(5, -100)
    expect([window.free(), window.opensAtMs()]).toEqual([0, TRANSIT_MS + 900])
    clock.nowMs = TRANSIT_MS + 900
    expect(window.free()).toBe(5)
  })

  test('never lets more arrive in any second than its rate, however long each is on its way', () => {
    const { clock, window } = windowOf(10)
    const arrivals: number[] = []
    const underWay: { arrivesAtMs: number; endsAtMs: number }[] = []
    // A generator of numbers that are the same in every run.
    let seed = 7
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
    for (; clock.nowMs < 60_000; clock.nowMs += 5) {
      for (const one of underWay.filter(({ endsAtMs }) => endsAtMs <= clock.nowMs)) {
        underWay.splice(underWay.indexOf(one), 1)
        window.end(1)
      }
      const free = Math.min(window.free(), Math.floor(random() * 4))
      window.grant(free)
      for (let count = 0; count < free; count += 1) {
        const arrivesAtMs = clock.nowMs + random() * TRANSIT_MS
        arrivals.push(arrivesAtMs)
        underWay.push({ arrivesAtMs, endsAtMs: arrivesAtMs + random() * 800 })
      }
    }
    const times = arrivals.toSorted((left, right) => left - right)
    const gaps = times.slice(10).map((atMs, index) => atMs - (times[index] ?? 0))
    expect(times.length).toBeGreaterThan(300)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000)
  })
})
