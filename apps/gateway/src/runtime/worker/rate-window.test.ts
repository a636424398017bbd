import { describe, expect, test } from 'bun:test'
import { createRateWindow, TRANSIT_MS } from './rate-window.ts'

function windowOf(ratePerSecond: number, arrivedAtMs = -Infinity, inFlight = 0) {
  const clock = { nowMs: 0 }
  const window = createRateWindow(ratePerSecond, () => clock.nowMs, arrivedAtMs, inFlight)
  return { clock, window: { ...window, grant: (requests: number) => window.grant(requests, TRANSIT_MS) }, own: window }
}

/** Numbers that look random and are the same in every run. */
function seededRandom() {
  let seed = 7
  return () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
}

/** The shortest time in which one more arrived than the rate of 10 in a second allows. */
function closest(arrivals: readonly number[]): number {
  const times = arrivals.toSorted((left, right) => left - right)
  return Math.min(...times.slice(10).map((atMs, index) => atMs - (times[index] ?? 0)))
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
    const name = window.grant(3)
    window.undo([name, name])
    expect(window.free()).toBe(2)
  })

  test('takes back what was never used, and leaves room taken for what was granted later', () => {
    const { clock, window } = windowOf(2)
    const unused = window.grant(1)
    clock.nowMs = 400
    window.grant(1)
    window.undo([unused])
    clock.nowMs = 1500
    // The later one may have arrived at 900.
    expect(window.free()).toBe(1)
    clock.nowMs = 1900
    expect(window.free()).toBe(2)
  })

  test('makes no room by what another window granted, or by what an end took for another', () => {
    const { clock, window } = windowOf(2)
    const unused = window.grant(1)
    clock.nowMs = 400
    window.grant(1)
    window.end(1)
    window.undo([unused - 1000])
    clock.nowMs = 1399
    expect(window.free()).toBe(0)
    window.undo([unused])
    expect(window.free()).toBe(0)
    clock.nowMs = 1400
    expect(window.free()).toBe(1)
  })

  test('takes room for as long as a holder asks for to send', () => {
    const { clock, window, own } = windowOf(1)
    expect(own.grant(1, 2000)).toBe(2000)
    clock.nowMs = 2999
    expect([window.free(), window.opensAtMs()]).toEqual([0, 3000])
    clock.nowMs = 3000
    expect(window.free()).toBe(1)
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
    const { clock, window } = windowOf(5, TRANSIT_MS - 100)
    expect([window.free(), window.opensAtMs()]).toEqual([0, TRANSIT_MS + 900])
    clock.nowMs = TRANSIT_MS + 900
    expect(window.free()).toBe(5)
  })

  test('after another one takes each call that is under way for one that was just granted a request', () => {
    const { clock, window } = windowOf(5, -10_000, 1)
    expect([window.free(), window.opensAtMs()]).toEqual([0, TRANSIT_MS + 1000])
    clock.nowMs = TRANSIT_MS + 1000
    expect(window.free()).toBe(5)
  })

  test('never lets more arrive in any second than its rate, however long each is on its way', () => {
    const { clock, window } = windowOf(10)
    const arrivals: number[] = []
    const underWay: { arrivesAtMs: number; endsAtMs: number }[] = []
    const random = seededRandom()
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
    expect(arrivals.length).toBeGreaterThan(300)
    expect(closest(arrivals)).toBeGreaterThanOrEqual(1000)
  })

  test('nor where holders have different times to send in, and give back what they do not use', () => {
    const { clock, own: window } = windowOf(10)
    const arrivals: number[] = []
    let underWay: { name: number; isUsed: boolean; endsAtMs: number }[] = []
    const random = seededRandom()
    for (; clock.nowMs < 120_000; clock.nowMs += 5) {
      const isOver = ({ endsAtMs }: { endsAtMs: number }) => endsAtMs <= clock.nowMs
      for (const { isUsed, name } of underWay.filter(isOver)) {
        if (isUsed) window.end(1)
        else window.undo([name])
      }
      underWay = underWay.filter((one) => !isOver(one))
      for (let free = Math.min(window.free(), Math.floor(random() * 4)); free > 0; free -= 1) {
        const transitMs = random() < 0.3 ? 4 * TRANSIT_MS : TRANSIT_MS
        const name = window.grant(1, transitMs)
        const atMs = clock.nowMs + random() * transitMs
        const isUsed = random() < 0.5
        if (isUsed) arrivals.push(atMs)
        underWay.push({ name, isUsed, endsAtMs: isUsed ? atMs + random() * 3000 : atMs })
      }
    }
    expect(arrivals.length).toBeGreaterThan(300)
    expect(closest(arrivals)).toBeGreaterThanOrEqual(1000)
  })
})
