import { describe, expect, test } from 'bun:test'
import {
  enterGate,
  freeSlots,
  type GateLimits,
  type GateSignal,
  type GateState,
  leaveGate,
  OPEN_GATE,
  opensAtMs,
  pauseGate,
  restoreGate,
  resumeGate,
  saveGate,
  testedGate,
  spend,
} from './gate.ts'

const NOW = 1_700_000_000_000
const WORD = { by: 'night-shift', why: 'maintenance until 06:00' }
const LIMITS = { concurrency: 16, ratePerSecond: null }

const signal = (outcome: GateSignal['outcome'], throttled = false, retryAfterMs: number | null = null): GateSignal => ({
  outcome,
  throttled,
  retryAfterMs,
})
const throttledFor = (retryAfterMs: number | null) => signal('busy', true, retryAfterMs)

const enter = (state: GateState, calls: number) => enterGate(state, calls, LIMITS, NOW)

/** One delivery that starts and ends so, at that time. */
const pass = (state: GateState, end: GateSignal, nowMs = NOW) => leaveGate(enter(state, 1), end, nowMs)
const repeat = (times: number, state: GateState, end: GateSignal, nowMs = NOW) =>
  Array.from({ length: times }).reduce<GateState>((current) => pass(current, end, nowMs), state)
const slots = (state: GateState, nowMs = NOW) => freeSlots(state, LIMITS, nowMs)

describe('an open gate', () => {
  test('lets its concurrency through and no more', () => {
    expect(slots(OPEN_GATE)).toBe(16)
    expect(slots(enter(OPEN_GATE, 16))).toBe(0)
    expect(slots(leaveGate(enter(OPEN_GATE, 16), signal('delivered'), NOW))).toBe(1)
  })
})

describe('Retry-After', () => {
  test('closes the gate until then, for everything', () => {
    const gate = pass(OPEN_GATE, throttledFor(7000))
    expect(slots(gate, NOW + 6999)).toBe(0)
    expect(slots(gate, NOW + 7000)).toBe(16)
  })

  test('of several calls under way together the longest holds', () => {
    const three = enter(OPEN_GATE, 3)
    const gate = [9000, 2000, 4000].reduce((state, ms) => leaveGate(state, throttledFor(ms), NOW), three)
    expect(gate.closedUntilMs).toBe(NOW + 9000)
  })

  test('a 429 without one closes for 1 s, doubling to 60 s', () => {
    let gate = OPEN_GATE
    const waits: number[] = []
    let now = NOW
    for (let round = 0; round < 8; round += 1) {
      gate = pass(gate, throttledFor(null), now)
      waits.push(gate.closedUntilMs - now)
      now = gate.closedUntilMs
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
  })

  test('calls that were under way together double the wait once', () => {
    const gate = Array.from({ length: 16 }).reduce<GateState>(
      (state) => leaveGate(state, throttledFor(null), NOW),
      enter(OPEN_GATE, 16),
    )
    expect(gate.throttlesInRow).toBe(1)
  })

  test('a success while it is closed does not open it', () => {
    const two = enter(OPEN_GATE, 2)
    const gate = leaveGate(leaveGate(two, throttledFor(5000), NOW), signal('delivered'), NOW)
    expect(slots(gate, NOW + 4999)).toBe(0)
  })

  test('never counts for the breaker', () => {
    const gate = repeat(50, OPEN_GATE, throttledFor(0))
    expect(gate.failuresInRow).toBe(0)
    expect(gate.reason).toBe('retry-after')
  })
})

describe('a gate over a restart', () => {
  test('is what it was, with nothing under way', () => {
    const closed = pass(enter(OPEN_GATE, 3), throttledFor(7000))
    const restored = restoreGate(saveGate(OPEN_GATE, closed) ?? undefined)
    expect(restored).toEqual({ ...closed, inFlight: 0 })
    expect(slots(restored, NOW + 6999)).toBe(0)
  })

  test('is written only when it closed or opened', () => {
    expect(saveGate(OPEN_GATE, pass(OPEN_GATE, signal('delivered')))).toBeNull()
    expect(saveGate(OPEN_GATE, pass(OPEN_GATE, signal('busy')))).toBeNull()
    expect(saveGate(OPEN_GATE, pass(OPEN_GATE, signal('unauthorized')))).not.toBeNull()
  })

  test.each([undefined, null, {}, { reason: 'other' }, 'x'])(
    'is open where nothing sensible was saved: %p',
    (saved) => {
      expect(restoreGate(saved)).toEqual(OPEN_GATE)
    },
  )
})

describe('the circuit breaker', () => {
  test.each(['busy', 'unsure'] as const)('opens after five %s in a row', (outcome) => {
    expect(slots(repeat(4, OPEN_GATE, signal(outcome)))).toBe(16)
    const open = repeat(5, OPEN_GATE, signal(outcome))
    expect(open.reason).toBe('breaker')
    expect(slots(open, NOW + 59_999)).toBe(0)
  })

  test.each(['delivered', 'refused'] as const)('counts from nothing after a %s', (outcome) => {
    const gate = repeat(4, pass(repeat(4, OPEN_GATE, signal('busy')), signal(outcome)), signal('busy'))
    expect(slots(gate)).toBe(16)
  })

  test('lets one through after 60 s, and the rest when that one was answered', () => {
    const later = NOW + 60_000
    const open = repeat(5, OPEN_GATE, signal('unsure'))
    expect(slots(open, later)).toBe(1)
    const probing = enter(open, 1)
    expect(slots(probing, later)).toBe(0)
    expect(slots(leaveGate(probing, signal('delivered'), later), later)).toBe(16)
  })

  test('stays open when the probe fails', () => {
    const later = NOW + 60_000
    const again = pass(repeat(5, OPEN_GATE, signal('busy')), signal('busy'), later)
    expect(slots(again, later + 59_999)).toBe(0)
    expect(slots(again, later + 60_000)).toBe(1)
  })
})

describe('refused credentials', () => {
  test('pause the destination, with a probe after 1, 5 and 30 minutes', () => {
    let gate = OPEN_GATE
    let now = NOW
    const waits: number[] = []
    for (let round = 0; round < 4; round += 1) {
      gate = pass(gate, signal('unauthorized'), now)
      expect(gate.reason).toBe('credentials')
      waits.push(gate.closedUntilMs - now)
      now = gate.closedUntilMs
      expect(slots(gate, now)).toBe(1)
    }
    expect(waits).toEqual([60_000, 300_000, 1_800_000, 1_800_000])
  })

  test('of calls that were under way together pause once', () => {
    const gate = Array.from({ length: 16 }).reduce<GateState>(
      (state) => leaveGate(state, signal('unauthorized'), NOW),
      enter(OPEN_GATE, 16),
    )
    expect(gate.pausesInRow).toBe(1)
    expect(gate.closedUntilMs).toBe(NOW + 60_000)
  })

  test('resume opens the gate, and work under way still counts', () => {
    const paused = leaveGate(enter(OPEN_GATE, 3), signal('unauthorized'), NOW)
    expect(slots(resumeGate(paused, WORD, NOW))).toBe(14)
  })

  test('pause longer each time, also where a test accepts them and calls are refused all the same', () => {
    let gate = OPEN_GATE
    let now = NOW
    const waits: number[] = []
    for (let round = 0; round < 4; round += 1) {
      gate = pass(gate, signal('unauthorized'), now)
      waits.push(gate.closedUntilMs - now)
      now = gate.closedUntilMs
      gate = testedGate(gate, signal('delivered'), now)
      expect(gate.reason).toBeNull()
      expect(slots(gate, now)).toBe(1)
    }
    expect(waits).toEqual([60_000, 300_000, 1_800_000, 1_800_000])
    expect(slots(pass(gate, signal('delivered'), now), now)).toBe(16)
  })

  test('that a test accepts open the gate before the pause is over, to one delivery', () => {
    const paused = pass(OPEN_GATE, signal('unauthorized'))
    expect(slots(testedGate(paused, signal('delivered'), NOW + 1), NOW + 1)).toBe(1)
  })
})

describe('a rate', () => {
  /** Starts as many calls as the gate lets through at every millisecond of a time, and returns when each started. */
  const startsIn = (ms: number, limits: GateLimits): readonly number[] => {
    let gate = OPEN_GATE
    const starts: number[] = []
    for (let now = NOW; now < NOW + ms; now += 1) {
      const calls = freeSlots(gate, limits, now)
      gate = enterGate(gate, calls, limits, now)
      for (let call = 0; call < calls; call += 1) {
        starts.push(now - NOW)
        gate = leaveGate(gate, signal('delivered'), now)
      }
    }
    return starts
  }

  test('that is slow spaces requests evenly', () => {
    expect(startsIn(1000, { concurrency: 16, ratePerSecond: 4 })).toEqual([0, 250, 500, 750])
  })

  test.each([1, 3, 10, 50, 200, 1000])(
    'of %i lets no more than that through in any second, but for a burst',
    (rate) => {
      const starts = startsIn(3000, { concurrency: 1000, ratePerSecond: rate })
      const burst = Math.max(1, rate / 10)
      const most = Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + 1000).length))
      expect(most).toBeLessThanOrEqual(rate + burst)
      expect(starts.length).toBeGreaterThanOrEqual(3 * rate)
    },
  )

  test('does not save up what was not used', () => {
    const limits = { concurrency: 16, ratePerSecond: 10 }
    const gate = enterGate(OPEN_GATE, 1, limits, NOW)
    expect(freeSlots(gate, limits, NOW + 60_000)).toBe(1)
  })

  test('counts what an attempt needed beside its own request', () => {
    const limits = { concurrency: 16, ratePerSecond: 10 }
    const gate = spend(enterGate(OPEN_GATE, 1, limits, NOW), 2, limits, NOW)
    expect(opensAtMs(gate, limits)).toBe(NOW + 300)
    expect(freeSlots(gate, limits, NOW + 299)).toBe(0)
    expect(freeSlots(gate, limits, NOW + 300)).toBe(1)
  })

  test('holds when a person opens the gate', () => {
    const limits = { concurrency: 16, ratePerSecond: 10 }
    expect(freeSlots(resumeGate(enterGate(OPEN_GATE, 1, limits, NOW), WORD, NOW), limits, NOW)).toBe(0)
  })
})

describe('the word of an operator', () => {
  const paused = pauseGate(enter(OPEN_GATE, 1), WORD, NOW)

  test('says who paused the gate, when and why, until the next word', () => {
    expect(paused).toMatchObject({ reason: 'paused', decision: { as: 'pause', ...WORD, atMs: NOW } })
    const other = { by: 'day-shift', why: '' }
    expect(pauseGate(paused, other, NOW + 1).decision).toEqual({ as: 'pause', ...other, atMs: NOW + 1 })
    expect(resumeGate(paused, other, NOW + 2)).toMatchObject({
      reason: null,
      decision: { as: 'resume', ...other, atMs: NOW + 2 },
    })
  })

  test.each(['delivered', 'refused', 'busy', 'unauthorized'] as const)('outlives a call that ends as %s', (outcome) => {
    expect(leaveGate(paused, signal(outcome), NOW + 1)).toMatchObject({ reason: 'paused', decision: WORD })
    const resumed = resumeGate(paused, WORD, NOW)
    expect(pass(resumed, signal(outcome), NOW + 1).decision).toMatchObject(WORD)
  })

  test('outlives the process, also where nothing else of the gate changed', () => {
    const again = pauseGate(paused, { by: 'day-shift', why: 'still' }, NOW + 1)
    const saved = saveGate(paused, again)
    expect(saved).not.toBeNull()
    expect(restoreGate(saved ?? undefined)).toMatchObject({ reason: 'paused', decision: { by: 'day-shift' } })
  })

  test('is not asked of a gate that was saved before it was known: it stays paused', () => {
    const saved = saveGate(OPEN_GATE, paused)
    const { decision: _, ...older } = saved as Record<string, never>
    expect(restoreGate(older)).toMatchObject({ reason: 'paused', decision: null })
    expect(slots(restoreGate(older))).toBe(0)
  })
})
