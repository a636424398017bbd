import { describe, expect, test } from 'bun:test'
import type { GateSignal } from '../../flow/gate.ts'
import { createRemoteGatekeeper, type RemoteGate } from './remote-gatekeeper.ts'
import type { SharedGrant } from './shared-gate.ts'

const DELIVERED: GateSignal = { outcome: 'delivered', throttled: false, retryAfterMs: null }
const FAILED: GateSignal = { outcome: 'busy', throttled: false, retryAfterMs: null }

/** A gatekeeper whose gate grants whatever it is asked for, and every word that the gate was told. */
function workbench(granted: Partial<SharedGrant> = {}, hasRate = false) {
  const clock = { nowMs: 1000 }
  const words: unknown[] = []
  const gate: RemoteGate = {
    take(_, calls, fresh, unsaid) {
      words.push(['take', calls, fresh, unsaid])
      return Promise.resolve({ calls, again: true, opensAtMs: null, closedUntilMs: 0, ...granted })
    },
    giveBack: (_, unsaid) => Promise.resolve(void words.push(['give back', unsaid])),
    leave(_, { outcome }, __, unsaid) {
      words.push(['leave', outcome, unsaid])
      return Promise.resolve(0)
    },
    died: () => Promise.resolve(),
    request: () => Promise.resolve(null),
    pause: () => Promise.resolve(),
    resume: () => Promise.resolve(),
    state: () => Promise.reject(new Error('nobody asks')),
  }
  const gatekeeper = createRemoteGatekeeper({
    destination: 'demo',
    holder: 'a',
    gate: () => gate,
    hasRate,
    nowMs: () => clock.nowMs,
    sleep: () => Promise.resolve(),
    log: () => undefined,
  })
  const take = (calls: number, due = calls) => gatekeeper.take(calls, () => Promise.resolve(due))
  return { clock, words, gatekeeper, take }
}

const NOTHING = { calls: 0, delivered: false }

describe('calls of a gate elsewhere', () => {
  test('are asked for as there are deliveries, and one at least', async () => {
    const { take, words } = workbench()
    expect([(await take(10, 3)).calls, (await take(10, 20)).calls, (await take(10, 0)).calls]).toEqual([3, 10, 1])
    expect(words).toEqual([
      ['take', 3, true, NOTHING],
      ['take', 10, false, NOTHING],
      ['take', 1, false, NOTHING],
    ])
  })

  test('that were delivered are used again without a word, for a short time', async () => {
    const { take, gatekeeper, words, clock } = workbench()
    await take(2)
    for (let delivery = 0; delivery < 50; delivery += 1) {
      clock.nowMs += 1
      await gatekeeper.leave(DELIVERED, 1)
      expect(await take(10)).toEqual({ calls: 1, opensAtMs: null, test: false })
    }
    expect(words).toHaveLength(1)
    clock.nowMs += 50
    await gatekeeper.leave(DELIVERED, 1)
    expect(words.slice(1)).toEqual([['leave', 'delivered', { calls: 0, delivered: true }]])
  })

  test('go back when nothing is due, and only then', async () => {
    const { take, gatekeeper, words } = workbench()
    await take(2)
    await gatekeeper.rest?.()
    await gatekeeper.leave(DELIVERED, 1)
    await gatekeeper.leave(DELIVERED, 1)
    await gatekeeper.rest?.()
    await gatekeeper.rest?.()
    expect(words.slice(1)).toEqual([['give back', { calls: 2, delivered: true }]])
  })

  test('are told of at once where one is not delivered, with what was before', async () => {
    const { take, gatekeeper, words } = workbench()
    await take(3)
    await gatekeeper.leave(DELIVERED, 1)
    await gatekeeper.leave(FAILED, 1)
    await gatekeeper.leave({ ...DELIVERED, retryAfterMs: 100, throttled: true }, 1)
    expect(words.slice(1)).toEqual([
      ['leave', 'busy', { calls: 1, delivered: true }],
      ['leave', 'delivered', NOTHING],
    ])
  })

  test('that were waited for are used when they come, or go back', async () => {
    const { take, gatekeeper, words, clock } = workbench()
    gatekeeper.given(1)
    expect((await take(4)).calls).toBe(1)
    gatekeeper.given(1)
    await gatekeeper.rest?.()
    gatekeeper.given(1)
    clock.nowMs += 100
    await take(4)
    expect(words).toEqual([
      ['give back', { calls: 1, delivered: false }],
      ['take', 4, true, { calls: 1, delivered: false }],
    ])
  })

  test('are not used again once the gate is closed by what another was answered', async () => {
    const { take, gatekeeper, words } = workbench()
    await take(2)
    await gatekeeper.leave(DELIVERED, 1)
    gatekeeper.closed(5000)
    expect(gatekeeper.isOpen()).toBe(false)
    await take(4)
    expect(words.slice(1)).toEqual([['take', 4, false, { calls: 1, delivered: true }]])
    gatekeeper.closed(5000)
    await gatekeeper.leave(DELIVERED, 1)
    expect(words.slice(2)).toEqual([['leave', 'delivered', NOTHING]])
  })

  test.each<[string, Parameters<typeof workbench>]>([
    ['where something is held against the upstream', [{ again: false }]],
    ['under a rate', [{ again: false }, true]],
  ])('are each asked for %s', async (_, of) => {
    const { take, gatekeeper, words } = workbench(...of)
    await take(1)
    await gatekeeper.leave(DELIVERED, 1)
    await take(1)
    expect(words.map((word) => (word as readonly string[])[0])).toEqual(['take', 'leave', 'take'])
  })
})
