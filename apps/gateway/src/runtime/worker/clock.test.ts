import { describe, expect, test } from 'bun:test'
import type { Outbox } from '../../flow/lease.ts'
import { createClock } from './clock.ts'

const ROUND_MS = 20_000

/** A clock with its alarm, and an outbox whose work ends when the test says so. */
function workbench() {
  const time = { nowMs: 1000 }
  const stored: (number | null)[] = []
  const looked: string[] = []
  /** The waits that have begun and were not cancelled; that of the round is the longest. */
  let waits: { readonly afterMs: number; readonly ring: () => void }[] = []
  let exhaust = (): void => undefined
  let settled = Promise.withResolvers<void>()
  let busy = false
  const clock = createClock({
    alarm: {
      read: async () => stored.at(-1) ?? null,
      write: async (atMs) => void stored.push(atMs),
    },
    nowMs: () => time.nowMs,
    timer(afterMs) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const wait = { afterMs, ring: () => resolve() }
      waits.push(wait)
      return { over: promise, cancel: () => void (waits = waits.filter((one) => one !== wait)) }
    },
    egress: { begin: () => undefined, exhausted: () => new Promise((resolve) => (exhaust = resolve)) },
    roundMs: ROUND_MS,
  })
  const outbox: Pick<Outbox, 'wake' | 'reopened' | 'isBusy' | 'settled'> = {
    wake: (destination = 'all') => void looked.push(destination),
    reopened: (destination) => void looked.push(`reopened ${destination}`),
    isBusy: () => busy,
    settled: () => settled.promise,
  }
  const work = {
    begin: () => (busy = true),
    end() {
      busy = false
      settled.resolve()
      settled = Promise.withResolvers<void>()
    },
    endRound: () => waits.find(({ afterMs }) => afterMs === ROUND_MS)?.ring(),
    waits: () => waits.flatMap(({ afterMs }) => (afterMs === ROUND_MS ? [] : [afterMs])),
    passTime: () => waits.find(({ afterMs }) => afterMs !== ROUND_MS)?.ring(),
    exhaust: () => exhaust(),
  }
  return { time, stored, looked, clock, ring: () => clock.ring(outbox), work }
}

const wakeDue = () => undefined

describe('the clock of an object', () => {
  test('looks at everything at first, and then at what it is asked to', async () => {
    const { clock, looked, ring } = workbench()
    clock.soon('a')
    await ring()
    clock.soon('b')
    clock.reopened('c')
    await ring()
    expect(looked).toEqual(['all', 'b', 'reopened c'])
  })

  test('stores one alarm however often it is asked, and none while one is at work', async () => {
    const { clock, stored, ring, work, looked } = workbench()
    clock.soon('a')
    clock.soon('b')
    clock.wakeAt(9000, wakeDue)
    expect(stored).toEqual([1000])
    work.begin()
    const rung = ring()
    clock.soon('c')
    clock.wakeAt(5000, wakeDue)
    expect(stored).toEqual([1000])
    work.end()
    await rung
    expect([stored, looked]).toEqual([
      [1000, 5000],
      ['all', 'c'],
    ])
  })

  test.each(['endRound', 'exhaust'] as const)(
    'goes on by another alarm at once (%s), which nothing puts off',
    async (end) => {
      const { clock, stored, ring, work } = workbench()
      work.begin()
      const rung = ring()
      work[end]()
      await rung
      clock.wakeAt(9000, wakeDue)
      expect(stored).toEqual([1000])
      const again = ring()
      work.end()
      await again
      expect(stored).toEqual([1000, 9000])
    },
  )

  test('looks in time for what becomes due while something hangs, and by the alarm for what is due later', async () => {
    const { clock, stored, ring, time, work } = workbench()
    let looks = 0
    const look = () => {
      looks += 1
      clock.wakeAt(looks === 1 ? 3500 : time.nowMs + ROUND_MS + 1, look)
    }
    work.begin()
    const rung = ring()
    clock.wakeAt(5000, look)
    // The first of them is due.
    clock.wakeAt(3000, look)
    expect(work.waits()).toEqual([2000])
    time.nowMs = 3000
    work.passTime()
    await Promise.resolve()
    expect([looks, work.waits()]).toEqual([1, [500]])
    time.nowMs = 3500
    work.passTime()
    await Promise.resolve()
    expect([looks, work.waits()]).toEqual([2, []])
    work.end()
    await rung
    expect(stored).toEqual([3500 + ROUND_MS + 1])
  })

  test('has no timer when nothing is at work', async () => {
    const { clock, ring, work } = workbench()
    clock.wakeAt(3000, wakeDue)
    expect(work.waits()).toEqual([])
    work.begin()
    const rung = ring()
    clock.wakeAt(4000, wakeDue)
    expect(work.waits()).toEqual([3000])
    work.end()
    await rung
    expect(work.waits()).toEqual([])
  })

  test.each<[string, number | null, number | null, boolean]>([
    ['sets one that is not there', null, 500, true],
    ['sets one that is too late', 5000, 2000, true],
    ['sets one that should have rung long ago', -200_000, -200_000, true],
    ['leaves one that is about to ring', 900, 500, false],
    ['leaves one that is in time', 2000, 2000, false],
    ['sets none where nothing is due', null, null, false],
  ])('that is watched %s', async (_, setForMs, dueAtMs, expected) => {
    const { clock, stored } = workbench()
    stored.push(setForMs)
    expect(await clock.rearm(dueAtMs)).toBe(expected)
    expect(stored.at(-1) ?? null).toBe(expected ? dueAtMs : setForMs)
  })

  test('that is to ring at some time is in time where nothing is due, and none or a lost one is not', async () => {
    const { clock, stored } = workbench()
    const inTime: boolean[] = []
    for (const setForMs of [3_600_000, null, -200_000]) {
      stored.push(setForMs)
      inTime.push(await clock.isSet(null))
    }
    expect(inTime).toEqual([true, false, false])
  })
})
