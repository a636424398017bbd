import { describe, expect, test } from 'bun:test'
import { type BatchMember, commonKey, recordBatch } from './batch.ts'
import type { Tried } from './deliver.ts'
import { CONFIRMED, TAKEN } from './outcome.ts'
import type { Policy } from './policy.ts'

const NOW = 1_700_000_000_000
const INSALL: Policy = { idempotent: false, onUnsure: 'park', marker: null, settleMs: 0, callbackMs: null }
const UPDINS: Policy = { ...INSALL, idempotent: true }
const CALLED_BACK: Policy = { ...INSALL, callbackMs: 3_600_000 }

const membersOf = (count: number, key = 'list'): readonly BatchMember[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `dlv_${index}`,
    leaseId: 'lse_1',
    eventId: 'evt_1',
    route: 'demo.alpha.load',
    destination: 'alpha',
    operation: 'load',
    payload: {},
    attempts: 1,
    countedAttempts: 1,
    unsureAtMs: null,
    batch: { id: 'bat_1', key },
  }))

const ended = (judgement: Tried['judgement']): Tried => ({
  judgement,
  receipt: judgement.outcome === 'delivered' ? { fileName: 'bat_1.csv' } : null,
  startedAtMs: NOW,
  endedAtMs: NOW,
  steps: [],
})
const failed = (outcome: Tried['judgement']['outcome'], more: Partial<Tried['judgement']> = {}): Tried =>
  ended({ ...CONFIRMED, outcome, code: 'CODE', detail: 'detail', ...more })

function recorded(members: readonly BatchMember[], tried: Tried, policy: Policy, gate: { reason: null } | null = null) {
  let ids = 0
  const newId = (prefix: string) => `${prefix}_${(ids += 1)}`
  return recordBatch(members, tried, () => policy, { nowMs: NOW, random: 0.5, gate, newId })
}

describe('a batch', () => {
  test.each([
    ['that was taken, and nobody ever confirms', ended(CONFIRMED), INSALL, 'delivered', null],
    ['that was taken waits for its callback', ended(TAKEN), CALLED_BACK, 'awaiting-callback', null],
    ['that is busy waits for the schedule', failed('busy'), INSALL, 'pending', NOW + 300_000],
    ['that is unsure is for a person', failed('unsure'), INSALL, 'parked', null],
    ['that is unsure waits for the callback that will tell', failed('unsure'), CALLED_BACK, 'awaiting-callback', null],
    ['that is unsure and may be repeated is', failed('unsure'), UPDINS, 'pending', NOW + 300_000],
    ['that is not let in waits behind the gate', failed('unauthorized'), INSALL, 'pending', NOW],
  ] as const)('%s', (_, tried, policy, state, dueAtMs) => {
    const requests = recorded(membersOf(3), tried, policy)
    expect(requests.map((request) => request.state)).toEqual([state, state, state])
    expect(requests.map((request) => request.dueAtMs)).toEqual([dueAtMs, dueAtMs, dueAtMs])
  })

  test('is one attempt: each delivery refers to it, and has no steps of its own', () => {
    const requests = recorded(membersOf(2), ended(CONFIRMED), INSALL)
    expect(requests.map(({ attempts }) => attempts)).toMatchObject([
      [{ number: 2, batchId: 'bat_1', counted: true, steps: [] }],
      [{ number: 2, batchId: 'bat_1', counted: true, steps: [] }],
    ])
  })

  test('changes its gate once', () => {
    const requests = recorded(membersOf(3), failed('busy'), INSALL, { reason: null })
    expect(requests.map(({ gate }) => gate)).toEqual([{ reason: null }, null, null])
  })

  test('that was refused is divided in halves at once, and uses up nothing', () => {
    const requests = recorded(membersOf(5), failed('refused'), INSALL)
    expect(requests.map(({ state, dueAtMs }) => [state, dueAtMs])).toEqual(
      Array.from({ length: 5 }, () => ['pending', NOW]),
    )
    expect(requests.flatMap(({ attempts }) => attempts.map(({ counted }) => counted))).not.toContain(true)
    const keys = requests.map(({ batchKey }) => batchKey)
    expect(new Set(keys.slice(0, 3)).size).toBe(1)
    expect(new Set(keys.slice(3)).size).toBe(1)
    expect(keys[0]).not.toBe(keys[4])
    expect(keys.map((key) => commonKey(key ?? ''))).toEqual(Array.from({ length: 5 }, () => 'list'))
  })

  test('of one that was refused is dead', () => {
    expect(recorded(membersOf(1), failed('refused'), INSALL)).toMatchObject([
      { state: 'dead', reason: { code: 'CODE' }, attempts: [{ counted: true }] },
    ])
  })

  test.each([1, 2, 3, 7, 8, 100])(
    'of %i with one bad row ends with that row dead, and every other sent once',
    (size) => {
      const bad = `dlv_${Math.floor(size / 3)}`
      const sent: string[] = []
      const dead: string[] = []
      let waiting: readonly (readonly BatchMember[])[] = [membersOf(size)]
      let calls = 0
      while (waiting.length > 0) {
        const next = new Map<string, BatchMember[]>()
        for (const members of waiting) {
          calls += 1
          const refused = members.some(({ id }) => id === bad)
          const batchId = `bat_${calls}`
          const named = members.map((member) => ({ ...member, batch: { ...member.batch, id: batchId } }))
          const requests = recorded(named, refused ? failed('refused') : ended(CONFIRMED), INSALL)
          for (const [index, { state, deliveryId, batchKey }] of requests.entries()) {
            const member = named[index]
            if (state === 'delivered') sent.push(deliveryId)
            if (state === 'dead') dead.push(deliveryId)
            if (state !== 'pending' || batchKey === undefined || member === undefined) continue
            next.set(batchKey, [...(next.get(batchKey) ?? []), { ...member, batch: { id: '', key: batchKey } }])
          }
        }
        waiting = [...next.values()]
      }
      expect(dead).toEqual([bad])
      expect(sent.toSorted()).toEqual(
        membersOf(size)
          .map(({ id }) => id)
          .filter((id) => id !== bad)
          .toSorted(),
      )
      expect(calls).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(size)) + 1)
    },
  )
})
